//! `package`.

use super::elf::Elf;
use super::workshop::Workshop;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

/// The entries of a zip: name, mode and content.
fn entries(zip: &Path) -> BTreeMap<String, (u32, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(File::open(zip).unwrap()).unwrap();
    let mut entries = BTreeMap::new();
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        entries.insert(file.name().to_owned(), (file.unix_mode().unwrap() & 0o777, bytes));
    }
    entries
}

fn names(zip: &Path) -> Vec<String> {
    entries(zip).into_keys().collect()
}

#[test]
fn a_package_has_the_executable_and_the_files_of_the_host() {
    let workshop = Workshop::new();
    let ran = workshop.run(&["package", "--json"]).succeeded();
    let zip = workshop.path("app/target/mcp-trigger/hello.zip");
    let packed = entries(&zip);
    assert_eq!(packed.keys().collect::<Vec<_>>(), ["Hello/function.json", "handler", "host.json", "list.json"]);
    assert_eq!(packed["handler"], (0o755, Elf::STATIC.bytes()));
    assert_eq!(packed["host.json"].0, 0o644);

    let json = ran.json();
    assert_eq!(json["size"], fs::metadata(&zip).unwrap().len());
    assert_eq!((&json["target"], &json["form"]), (&json!("x86_64-unknown-linux-musl"), &json!("functions")));
    assert_eq!(json["executable"], json!({ "name": "handler", "architecture": "x86-64", "libraries": [] }));
    let handler = json["files"].as_array().unwrap().iter().find(|file| file["name"] == "handler").unwrap();
    assert_eq!((&handler["mode"], &handler["size"]), (&json!("755"), &json!(Elf::STATIC.bytes().len())));

    let log = workshop.read("cargo.log");
    let [local, azure] = log.lines().collect::<Vec<_>>()[..] else { panic!("{log}") };
    assert!(!local.contains("--no-default-features") && !local.contains("--target"), "{local}");
    for argument in [
        "--no-default-features",
        "--features db",
        "--target x86_64-unknown-linux-musl",
        "--profile release",
        "remap-path-prefix",
    ] {
        assert!(azure.contains(argument), "{argument}: {azure}");
    }
}

#[test]
fn people_get_a_table_and_the_next_step() {
    let workshop = Workshop::new();
    let text = workshop.run(&["package"]).succeeded().stdout;
    assert!(text.contains("x86-64, static") && text.contains("publish FUNCTION_APP"), "{text}");
    assert!(text.contains("target/mcp-trigger/hello.zip: ") && !text.contains('\u{1b}'), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
}

#[test]
fn a_package_never_holds_stale_files() {
    let workshop = Workshop::new();
    workshop.write("app/stale", "");
    let zip = workshop.path("app/target/mcp-trigger/hello.zip");
    let ran = workshop.run(&["package", "--check"]);
    assert!(
        ran.stderr.contains("+++ b/Hello/function.json") && ran.stderr.contains("something to look at"),
        "{ran:#?}"
    );
    ran.failed(&["not up to date", "next:"]);
    assert!(!zip.exists(), "nothing is packed");

    let ran = workshop.run(&["package"]).succeeded();
    assert!(ran.stderr.contains("created  Fresh/function.json"), "{ran:#?}");
    assert!(names(&zip).contains(&"Fresh/function.json".to_owned()), "{:?}", names(&zip));
}

#[test]
fn a_program_that_azure_cannot_run_is_not_packed() {
    let workshop = Workshop::new();
    let new = Elf { versions: &["GLIBC_2.39"], ..Elf::DYNAMIC };
    workshop.built(&new);
    workshop.run(&["package"]).failed(&["needs glibc 2.39", "rustup target add x86_64-unknown-linux-musl", "--glibc"]);
    workshop.run(&["package", "--glibc", "2.39"]).succeeded();
    workshop.built(&Elf { machine: 183, ..Elf::STATIC });
    workshop.run(&["package"]).failed(&["it is for arm64"]);
    fs::write(workshop.path("built"), "MZ").unwrap();
    workshop.run(&["package"]).failed(&["a program for Windows"]);
}

#[test]
fn without_the_static_target_the_build_is_for_this_machine() {
    let workshop = Workshop::new();
    fs::remove_dir_all(workshop.path("lib")).unwrap();
    workshop.built(&Elf::DYNAMIC);
    let ran = workshop.run(&["package"]).succeeded();
    assert!(
        ran.stderr.contains("warning: it needs glibc 2.34") && ran.stdout.contains("x86-64, glibc 2.34"),
        "{ran:#?}"
    );
    assert!(workshop.read("cargo.log").contains("--target x86_64-unknown-linux-gnu"));
    // With zig it is for an old glibc.
    workshop.write("lib/rustlib/x86_64-unknown-linux-gnu/lib/x", "");
    workshop.program("cargo-zigbuild", "#!/bin/sh\n");
    workshop.program("zig", "#!/bin/sh\necho 0.15.1\n");
    workshop.run(&["package"]).succeeded();
    let log = workshop.read("cargo.log");
    assert!(
        log.lines().last().unwrap().starts_with("zigbuild ") && log.contains("x86_64-unknown-linux-gnu.2.31"),
        "{log}"
    );
}

#[test]
fn flags_of_the_user_are_kept() {
    let workshop = Workshop::new();
    let output = workshop.command(&["package"]).env("RUSTFLAGS", "-C target-cpu=x86-64-v2").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let flags = workshop.read("rustflags.log");
    let flags: Vec<_> = flags.lines().last().unwrap().split('\u{1f}').collect();
    assert_eq!(flags[..2], ["-C", "target-cpu=x86-64-v2"]);
    assert!(
        flags.iter().any(|flag| flag.starts_with("--remap-path-prefix=") && flag.ends_with("=/workspace")),
        "{flags:?}"
    );
}

#[test]
fn names_that_azure_does_not_start_are_refused_before_the_build() {
    let workshop = Workshop::new();
    let host_json = workshop.read("app/host.json");
    workshop.write("app/host.json", &host_json.replace("\"handler\"", "\"./handler\""));
    workshop.run(&["package"]).failed(&["`./handler` cannot be started in Azure", "--bin handler"]);
    assert_eq!(workshop.read("cargo.log").lines().count(), 1, "only the program for this machine was built");
    workshop.write("app/host.json", &host_json.replace("\"handler\"", "\"Hello\""));
    workshop.run(&["package"]).failed(&["cannot be called `Hello`"]);
}

#[test]
fn an_app_without_features_for_azure_is_told_what_to_write() {
    let workshop = Workshop::new();
    let manifest = workshop.read("app/Cargo.toml");
    workshop.write("app/Cargo.toml", &manifest.replace(", default-features = false", ""));
    let ran = workshop.run(&["package"]).succeeded();
    assert!(ran.stderr.contains("local = [\"mcp-trigger/local\"]"), "{ran:#?}");
    assert!(!workshop.read("cargo.log").contains("--no-default-features"));
}

#[test]
fn a_package_can_be_a_folder() {
    let workshop = Workshop::new();
    let ran = workshop.run(&["package", "--output", "dist", "--json"]).succeeded();
    assert_eq!(ran.json()["size"], json!(null));
    assert_eq!(fs::read(workshop.path("app/dist/handler")).unwrap(), Elf::STATIC.bytes());
    workshop.run(&["package", "--output", "dist"]).succeeded();
    // Packages are not packed again.
    for _ in 0..2 {
        workshop.run(&["package", "--output", "x.ZIP"]).succeeded();
        assert_eq!(names(&workshop.path("app/x.ZIP")), ["Hello/function.json", "handler", "host.json", "list.json"]);
    }
    workshop.run(&["package", "--output", "src"]).failed(&["is not empty, and no package"]);
    assert!(workshop.path("app/src/main.rs").is_file());
}

#[test]
fn dockerfiles_are_written_once() {
    let workshop = Workshop::new();
    let ran = workshop.run(&["package", "--container"]).succeeded();
    assert!(
        ran.stdout.contains("docker build --platform linux/amd64 --file Dockerfile.bare --tag hello:bare ."),
        "{ran:#?}"
    );
    let file = workshop.read("app/Dockerfile");
    assert!(
        file.contains("FROM mcr.microsoft.com/azure-functions/base:4\n")
            && file.contains("--no-default-features --features db"),
        "{file}"
    );
    assert!(workshop.read("app/.dockerignore").contains("local.settings.json"));
    workshop.write("app/Dockerfile", "mine");
    let ran = workshop.run(&["package", "--container"]).succeeded();
    assert!(ran.stderr.contains("Dockerfile is there already and was kept"), "{ran:#?}");
    assert_eq!(workshop.read("app/Dockerfile"), "mine");
    let ran = workshop.run(&["package", "--arm64"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("x86-64") && ran.stderr.contains("--container"), "{ran:#?}");
}
