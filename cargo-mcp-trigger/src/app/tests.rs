//! Which app is meant, in workspaces of several kinds.

use super::*;
use std::fs;
use tempfile::TempDir;

/// A workspace with these members: each a folder, the lines of its Cargo.toml, and the files of its programs.
fn workspace(members: &[(&str, &str, &[&str])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = [\"*/\"]\n").unwrap();
    for (name, lines, files) in members {
        let package = folder.path().join(name);
        fs::create_dir_all(package.join("src/bin")).unwrap();
        let manifest = format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{lines}");
        fs::write(package.join("Cargo.toml"), manifest).unwrap();
        files.iter().for_each(|file| fs::write(package.join(file), "").unwrap());
    }
    folder
}

const APP: &str = "[dependencies]\nmcp-trigger = \"0.1\"\n";
const RENAMED: &str =
    "[dependencies]\ntrigger = { version = \"0.1\", package = \"mcp-trigger\" }\nlibrary = { path = \"../library\" }\n";
const MAIN: &[&str] = &["src/main.rs"];
const LIBRARY: &[&str] = &["src/lib.rs"];

fn find(folder: &TempDir, from: &str, names: &[&str]) -> Result<Vec<App>, String> {
    let manifest_path = Some(folder.path().join(from).join("Cargo.toml"));
    let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
    Place { bin: None, manifest_path }.find(&names).map_err(|error| error.to_string())
}

#[test]
fn an_app_is_found_by_name_by_folder_or_as_the_only_one() {
    let several =
        workspace(&[("hello", APP, MAIN), ("weather", RENAMED, MAIN), ("library", APP, LIBRARY), ("tool", "", MAIN)]);
    let app = &find(&several, "", &["weather"]).unwrap()[0];
    let root = several.path().canonicalize().unwrap();
    assert_eq!((app.package.as_str(), app.bin.as_str(), app.version.as_str()), ("weather", "weather", "0.1.0"));
    assert_eq!(app.root.canonicalize().unwrap(), root.join("weather"));
    assert_eq!((app.sources.len(), app.sources[1].file_name().unwrap()), (2, "library".as_ref()));
    assert_eq!(find(&several, "hello", &[]).unwrap()[0].package, "hello");
    assert_eq!(find(&several, "hello", &["weather", "hello"]).unwrap().len(), 2);

    let message = find(&several, "", &[]).unwrap_err();
    assert!(message.contains("several") && message.ends_with("name one of these: hello, weather"), "{message}");
    let message = find(&several, "", &["helo"]).unwrap_err();
    assert!(message.contains("no app `helo`") && message.ends_with("hello, weather"), "{message}");
    let message = find(&several, "", &["tool"]).unwrap_err();
    assert!(message.contains("does not depend on mcp-trigger") && message.contains("cargo add"), "{message}");

    let one = workspace(&[("hello", APP, MAIN), ("tool", "", MAIN)]);
    assert_eq!(find(&one, "tool", &[]).unwrap()[0].package, "hello");
    let none = workspace(&[("tool", "", MAIN)]);
    let message = find(&none, "", &[]).unwrap_err();
    assert!(message.contains("depends on mcp-trigger and has a program") && message.contains("new NAME"), "{message}");
}

#[test]
fn sources_are_also_those_of_packages_in_another_workspace() {
    let inner = "[dependencies]\ninner = { path = \"../inner\" }\n";
    let other = workspace(&[("library", inner, LIBRARY), ("inner", "", LIBRARY)]);
    // A literal text of TOML takes the paths of Windows as they are.
    let library = other.path().canonicalize().unwrap().join("library");
    let app = workspace(&[("hello", &format!("{APP}library = {{ path = '{}' }}\n", library.display()), MAIN)]);
    let sources = &find(&app, "hello", &[]).unwrap()[0].sources;
    let names: Vec<_> = sources.iter().map(|folder| folder.file_name().unwrap().to_string_lossy()).collect();
    assert_eq!(names, ["hello", "library", "inner"]);
}

#[test]
fn one_of_several_programs_is_the_default_or_named() {
    let default = format!("default-run = \"b\"\n{APP}");
    let bins: &[&str] = &["src/bin/a.rs", "src/bin/b.rs"];
    let folder = workspace(&[("chosen", &default, bins), ("open", APP, bins)]);
    assert_eq!(find(&folder, "chosen", &[]).unwrap()[0].bin, "b");
    let message = find(&folder, "open", &[]).unwrap_err();
    assert!(message.contains("several programs") && message.contains("a, b"), "{message}");
    let place = |bin: &str| Place { bin: Some(bin.to_owned()), manifest_path: Some(folder.path().join("Cargo.toml")) };
    assert_eq!(place("a").find(&["open".to_owned()]).unwrap()[0].bin, "a");
    assert!(place("c").find(&["open".to_owned()]).unwrap_err().to_string().contains("no program `c`"));
}

#[test]
fn a_folder_without_a_cargo_toml_has_no_app() {
    let folder = tempfile::tempdir().unwrap();
    let message = find(&folder, "", &[]).unwrap_err();
    assert!(message.contains("no app was found"), "{message}");
}
