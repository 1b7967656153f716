//! The command lines of `new` and `init`, the wrong ones too.

use crate::{fail, root, succeed};
use std::fs;
use tempfile::tempdir;

#[test]
fn a_new_app_has_all_files_and_three_next_commands() {
    let folder = tempdir().unwrap();
    let said = succeed(folder.path(), &["new", "my-tools"]);
    for command in ["cd my-tools", "cargo mcp-trigger start", "azd up"] {
        assert!(said.contains(command), "{said}");
    }
    let app = folder.path().join("my-tools");
    for file in [
        ".devcontainer/devcontainer.json",
        ".funcignore",
        ".github/workflows/azure-dev.yml",
        ".gitignore",
        ".vscode/launch.json",
        ".vscode/mcp.json",
        "Cargo.toml",
        "azure.yaml",
        "host.json",
        "infra/main.bicep",
        "local.settings.json",
        "src/main.rs",
    ] {
        assert!(app.join(file).is_file(), "{file}");
    }
    let manifest = fs::read_to_string(app.join("Cargo.toml")).unwrap();
    let version = env!("CARGO_PKG_VERSION").rsplit_once('.').unwrap().0;
    assert!(
        manifest.contains("name = \"my-tools\"") && manifest.contains(&format!("version = \"{version}\"")),
        "{manifest}"
    );
    assert!(manifest.contains("[profile.release]"), "{manifest}");
    let settings = fs::read_to_string(app.join("local.settings.json")).unwrap();
    assert!(settings.contains("defaultExecutablePath\": \"target/debug/my-tools"), "{settings}");
}

#[test]
fn machines_get_json() {
    let folder = tempdir().unwrap();
    let said = succeed(folder.path(), &["new", "my-tools", "--json", "--no-azure"]);
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["name"], "my-tools");
    assert_eq!(said["next"][2], "cargo mcp-trigger package");
    assert!(said["created"].as_array().unwrap().iter().any(|file| file == "host.json"), "{said}");
}

#[test]
fn what_cannot_be_made_is_told_with_a_way_out() {
    let folder = tempdir().unwrap();
    fs::create_dir(folder.path().join("full")).unwrap();
    fs::write(folder.path().join("full/notes.txt"), "mine").unwrap();
    for (arguments, words) in [
        (&["new"][..], &["no name was given", "cargo mcp-trigger new my-tools"][..]),
        (&["new", "2fast"], &["`2fast` cannot be the name of an app", "letter", "--name"]),
        (&["new", "fn"], &["fn", "keyword"]),
        (&["new", "my tools"], &["only letters"]),
        (&["new", "serde"], &["a crate that the app uses"]),
        (&["new", "full"], &["not an empty folder", "cargo mcp-trigger init full"]),
        (&["new", "full/notes.txt"], &["is there already"]),
        (&["new", "x-app", "--path", "full"], &["no mcp-trigger in `full`", "checkout"]),
        (&["new", "x-app", "--auth", "key"], &["keys", "built-in", "none"]),
        (&["init", "missing"], &["no folder `missing`", "cargo mcp-trigger new missing"]),
    ] {
        let error = fail(folder.path(), arguments);
        words.iter().for_each(|word| assert!(error.contains(word), "{arguments:?}: `{word}` in {error}"));
    }
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["full"], "nothing was made");
    assert_eq!(fs::read_dir(folder.path().join("full")).unwrap().count(), 1);
}

#[test]
fn an_empty_folder_and_a_name_of_its_own_will_do() {
    let folder = tempdir().unwrap();
    fs::create_dir(folder.path().join("2fast")).unwrap();
    succeed(folder.path(), &["new", "2fast", "--name", "fast-tools", "--no-azure"]);
    let manifest = fs::read_to_string(folder.path().join("2fast/Cargo.toml")).unwrap();
    assert!(manifest.contains("name = \"fast-tools\""), "{manifest}");
}

#[test]
fn init_leaves_what_is_there() {
    let folder = tempdir().unwrap();
    let app = folder.path().join("mine");
    fs::create_dir_all(app.join("src")).unwrap();
    fs::create_dir_all(app.join(".vscode")).unwrap();
    let mine = [
        (
            "Cargo.toml",
            "[package]\nname = \"mine\"\nversion = \"1.0.0\"\nedition = \"2024\"\n[[bin]]\nname = \"server\"\npath = \"src/server.rs\"\n",
        ),
        ("src/server.rs", "fn main() {}\n"),
        (".vscode/settings.json", "{}\n"),
        (".gitignore", "/target\n"),
    ];
    mine.iter().for_each(|(name, text)| fs::write(app.join(name), text).unwrap());
    let said = succeed(&app, &["init"]);
    for line in ["created  host.json", "left     .vscode/settings.json", "left     Cargo.toml", "left     .gitignore"] {
        assert!(said.contains(line), "{line} in {said}");
    }
    for (name, text) in mine {
        assert_eq!(fs::read_to_string(app.join(name)).unwrap(), text, "{name}");
    }
    assert!(!app.join("src/main.rs").exists(), "a package has its program already");
    let host = fs::read_to_string(app.join("host.json")).unwrap();
    assert!(host.contains("\"defaultExecutablePath\": \"server\""), "{host}");

    let again = succeed(&app, &["init"]);
    assert!(!again.contains("created "), "{again}");
}

#[test]
fn init_makes_a_package_where_there_is_none() {
    let folder = tempdir().unwrap();
    let app = folder.path().join("tools");
    fs::create_dir(&app).unwrap();
    fs::write(app.join("README.md"), "mine\n").unwrap();
    succeed(folder.path(), &["init", "tools", "--no-azure"]);
    assert!(fs::read_to_string(app.join("src/main.rs")).unwrap().contains("mcp_tool"));
    assert_eq!(fs::read_to_string(app.join("README.md")).unwrap(), "mine\n");
}

#[test]
fn an_app_in_a_workspace_becomes_its_member() {
    let folder = tempdir().unwrap();
    let manifest = folder.path().join("Cargo.toml");
    fs::write(&manifest, "[workspace]\nresolver = \"3\"\nmembers = []\n").unwrap();
    let repository = std::process::Command::new("git").args(["init", "--quiet"]).current_dir(folder.path()).status();
    assert!(repository.unwrap().success());
    let output = crate::run(folder.path(), &["new", "apps/my-tools"]);
    let told = crate::text(&output.stderr);
    assert!(output.status.success() && told.contains("member of the workspace"), "{told}");
    assert!(told.contains("move .github/ there"), "{told}");
    assert!(fs::read_to_string(&manifest).unwrap().contains("\"apps/my-tools\""));
    let app = folder.path().join("apps/my-tools");
    assert!(!fs::read_to_string(app.join("Cargo.toml")).unwrap().contains("[profile"));
    let settings = fs::read_to_string(app.join("local.settings.json")).unwrap();
    assert!(settings.contains("\"../../target/debug/my-tools"), "{settings}");
}

#[test]
fn the_library_can_come_from_a_checkout() {
    let folder = tempdir().unwrap();
    for path in [root(), root().join("mcp-trigger")] {
        let name = format!("app-{}", path.ends_with("mcp-trigger"));
        succeed(folder.path(), &["new", &name, "--no-azure", "--path", path.to_str().unwrap()]);
        let manifest = fs::read_to_string(folder.path().join(name).join("Cargo.toml")).unwrap();
        assert!(manifest.contains("mcp-trigger = { path = \"/") || cfg!(windows), "{manifest}");
    }
}
