//! The same sources give the same package, in whatever folder they are. Cargo really builds a small app here.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const FILES: [(&str, &str); 6] = [
    (
        "Cargo.toml",
        "[package]\nname = \"small\"\nversion = \"1.0.0\"\nedition = \"2024\"\n[dependencies]\nmcp-trigger = { path = \"lib\", default-features = false }\n\
         [features]\ndefault = [\"local\"]\nlocal = [\"mcp-trigger/local\"]\n[workspace]\n",
    ),
    // The program names its source file, as each that panics does.
    ("src/main.rs", "fn main() {\n    mcp_trigger::run(file!());\n}\n"),
    // A library of the name by which apps are known. With the feature it has the command `generate`, which has nothing to do.
    (
        "lib/Cargo.toml",
        "[package]\nname = \"mcp-trigger\"\nversion = \"1.0.0\"\nedition = \"2024\"\n[features]\nlocal = []\n",
    ),
    (
        "lib/src/lib.rs",
        "pub fn run(file: &str) {\n    if !cfg!(feature = \"local\") {\n        panic!(\"{file} {}\", std::backtrace::Backtrace::capture());\n    }\n}\n",
    ),
    (
        "host.json",
        "{\"version\": \"2.0\", \"customHandler\": {\"description\": {\"defaultExecutablePath\": \"small\", \"arguments\": [\"--no-invocations\"]}}}",
    ),
    ("data/notes.txt", "read by the app"),
];

/// Packs the app in a folder, and gives the zip.
fn packed(folder: &Path, profile: &str) -> Vec<u8> {
    for (name, text) in FILES {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let zip = folder.join("../").join(folder.file_name().unwrap()).with_extension("zip");
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-mcp-trigger"));
    // What is built here is nobody else's.
    command
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env("CARGO_PROFILE_DEV_DEBUG", "2");
    command.args([
        "package",
        "--offline",
        "--profile",
        profile,
        "--glibc",
        "2.99",
        "--target",
        "x86_64-unknown-linux-gnu",
    ]);
    let output = command.arg("--output").arg(&zip).current_dir(folder).output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    assert!(!stderr.contains("the program names"), "{stderr}");
    fs::read(zip).unwrap()
}

#[test]
fn packages_from_two_folders_are_equal() {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu")) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let folders = ["one", "another one/deeper"].map(|name| -> PathBuf { folder.path().join(name) });
    // The profile for debugging writes far more paths.
    for profile in ["release", "dev"] {
        let [first, second] = folders.each_ref().map(|folder| packed(folder, profile));
        assert!(first == second, "{profile}: {} and {} bytes", first.len(), second.len());
    }
}
