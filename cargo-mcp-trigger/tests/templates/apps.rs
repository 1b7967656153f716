//! The apps that `new` makes compile, and pass their tests.
//!
//! They are members of one workspace, with the versions of the repository's Cargo.lock, so that nothing is fetched, and what they
//! have in common is built once.

use crate::{root, succeed, text};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::{TempDir, tempdir};

/// A workspace of apps.
pub(crate) struct Apps {
    folder: TempDir,
}

impl Apps {
    pub(crate) fn new() -> Self {
        let folder = tempdir().unwrap();
        fs::write(folder.path().join("Cargo.toml"), "[workspace]\nresolver = \"3\"\nmembers = []\n").unwrap();
        for file in ["Cargo.lock", "rust-toolchain.toml"] {
            fs::copy(root().join(file), folder.path().join(file)).unwrap();
        }
        Apps { folder }
    }

    #[cfg(unix)]
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Adds an app, and returns its folder.
    pub(crate) fn add(&self, name: &str, options: &[&str]) -> PathBuf {
        let root = root();
        let new = ["new", name, "--no-azure", "--path", root.to_str().unwrap()];
        succeed(self.folder.path(), &[&new[..], options].concat());
        self.folder.path().join(name)
    }

    /// Runs cargo for them.
    #[track_caller]
    fn cargo(&self, command: &str, arguments: &[&str]) -> String {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args([command, "--offline", "--quiet"]).args(arguments).current_dir(self.folder.path());
        cargo.env("CARGO_TARGET_DIR", target()).env("CARGO_INCREMENTAL", "0");
        let output = cargo.output().unwrap();
        let errors = text(&output.stderr);
        // Warnings are errors in a user's CI. What programs say is none of cargo's.
        let is_clean = command == "run" || errors.is_empty();
        assert!(output.status.success() && is_clean, "cargo {command}: {errors}{}", text(&output.stdout));
        text(&output.stdout)
    }
}

/// The folder where the repository is built: it has what the apps depend on.
pub(crate) fn target() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap()
}

/// All programs of all forms: a unit test beside the templates holds that the other forms have no others.
#[test]
fn apps_compile_and_pass_their_tests() {
    let apps = Apps::new();
    for auth in ["keys", "built-in"] {
        apps.add(&format!("small-{auth}"), &["--auth", auth]);
        for sample in ["hello", "snippets", "weather", "tickets"] {
            apps.add(&format!("{sample}-{auth}"), &["--auth", auth, "--sample", sample]);
        }
    }
    // As in the workflow of an app.
    apps.cargo("clippy", &["--workspace", "--all-targets", "--", "-D", "warnings"]);
    // As Azure gets them.
    apps.cargo("check", &["--workspace", "--no-default-features"]);
    let tested = apps.cargo("test", &["--package", "small-keys", "--package", "snippets-built-in"]);
    assert_eq!(tested.matches("2 passed").count(), 2, "{tested}");
}

/// `new` and `generate` agree on the files that both write.
#[test]
fn generate_leaves_the_files_of_new_as_they_are() {
    let apps = Apps::new();
    // Never built: its clients of storage accounts are most of what there would be to build.
    apps.add("stored", &["--self-hosted", "--sample", "snippets"]);
    assert!(apps.cargo("metadata", &["--format-version", "1"]).contains("azure_storage_blob"));
    for (name, options) in [
        ("extension", &["--auth", "keys"][..]),
        ("public", &["--auth", "none"]),
        ("self-hosted", &["--auth", "built-in", "--self-hosted"]),
    ] {
        let app = apps.add(name, options);
        let files = || {
            ["host.json", "local.settings.json", ".funcignore"].map(|file| fs::read_to_string(app.join(file)).unwrap())
        };
        let before = files();
        let form = options.iter().filter(|option| **option == "--self-hosted").copied();
        let generate: Vec<_> = ["--package", name, "--", "generate"].into_iter().chain(form).collect();
        let said = apps.cargo("run", &generate);
        assert_eq!(files(), before, "{name}: {said}");
        assert_eq!(app.join("hello/function.json").exists(), name != "self-hosted", "{said}");
    }
}
