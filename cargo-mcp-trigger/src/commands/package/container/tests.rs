//! Dockerfiles, as they are written.

use super::*;
use crate::folder::{Endpoint, Form};
use std::path::PathBuf;

fn app(root: &str, sources: &[&str]) -> App {
    App {
        package: "Hello".to_owned(),
        bin: "hello".to_owned(),
        version: "1.0.0".to_owned(),
        root: root.into(),
        manifest: PathBuf::from(root).join("Cargo.toml"),
        workspace: "/ws".into(),
        target: "/ws/target".into(),
        sources: sources.iter().map(PathBuf::from).collect(),
    }
}

fn files(names: &[&str]) -> Vec<File> {
    names.iter().map(|name| File { name: (*name).to_owned(), path: PathBuf::new() }).collect()
}

fn description() -> Description {
    Description { executable: "bin/handler".to_owned(), form: Form::Functions, endpoints: Vec::<Endpoint>::new() }
}

#[test]
fn one_image_has_the_functions_host_and_one_the_app_alone() {
    let app = app("/ws/samples/hello", &["/ws/samples/hello"]);
    let files = files(&[
        "Greet/function.json",
        "Greet/notes.txt",
        "data/a b.txt",
        "host.json",
        "mcp/function.json",
        "Dockerfile.bare",
    ]);
    let features = Features::Named(vec!["db".to_owned()]);
    let container = Container {
        app: &app,
        features: &features,
        description: &description(),
        rust: "1.95.0",
        files: &files,
        arm64: false,
    };
    let written = container.docker_files().unwrap();
    let paths: Vec<_> = written.iter().map(|file| file.path.to_str().unwrap()).collect();
    assert_eq!(paths, ["/ws/samples/hello/Dockerfile", "/ws/samples/hello/Dockerfile.bare", "/ws/.dockerignore"]);
    insta::assert_snapshot!("functions", written[0].text);
    insta::assert_snapshot!("bare", written[1].text);
}

#[test]
fn the_host_has_no_image_for_arm64() {
    let app = app("/ws", &["/ws"]);
    let container = Container {
        app: &app,
        features: &Features::Default,
        description: &description(),
        rust: "1.97.0-nightly",
        files: &[],
        arm64: true,
    };
    let written = container.docker_files().unwrap();
    assert_eq!(written[0].path.to_str(), Some("/ws/Dockerfile.bare"));
    assert!(written[0].text.contains("FROM rust:1-alpine AS build"), "{}", written[0].text);
    assert!(written[0].text.contains("--features mcp-trigger/local"), "{}", written[0].text);
    assert_eq!(
        container.build_command(BARE_FILE),
        "docker build --platform linux/arm64 --file Dockerfile.bare --tag hello:bare ."
    );
}

#[test]
fn sources_that_docker_does_not_see_are_told() {
    let app = app("/ws", &["/ws", "/home/ann/lib"]);
    let container = Container {
        app: &app,
        features: &Features::Default,
        description: &description(),
        rust: "1.95.0",
        files: &[],
        arm64: false,
    };
    let error = container.docker_files().unwrap_err().to_string();
    assert!(error.contains("/home/ann/lib is outside of /ws"), "{error}");
}

#[test]
fn a_file_that_is_there_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = |text: &str| DockerFile { path: folder.path().join("Dockerfile"), text: text.to_owned() };
    assert_eq!(write(&file("a")).unwrap(), Written::Created);
    assert_eq!(write(&file("a")).unwrap(), Written::UpToDate);
    assert_eq!(write(&file("b")).unwrap(), Written::Kept);
    assert_eq!(fs::read_to_string(folder.path().join("Dockerfile")).unwrap(), "a");
}
