//! [`Workshop`]: an app, and the programs that the command finds.

use super::elf::Elf;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A folder with an app, `hello`, and a folder of programs.
pub(crate) struct Workshop {
    folder: TempDir,
}

/// Cargo builds nothing: it gives a script for this machine, and `built` for a target.
const CARGO: &str = r#"#!/bin/sh
here=$(dirname "$0")
case $1 in
metadata) exec "$REAL_CARGO" "$@" ;;
build | zigbuild)
    echo "$@" >>"$here/../cargo.log"
    echo "$CARGO_ENCODED_RUSTFLAGS" >>"$here/../rustflags.log"
    program=$here/hello
    case "$*" in *--target*) program=$here/../built ;; esac
    printf '{"reason":"compiler-artifact","package_id":"hello 1.0.0","manifest_path":"/Cargo.toml","target":{"kind":["bin"],"crate_types":["bin"],"name":"hello","src_path":"/main.rs","edition":"2024","doc":true,"doctest":false,"test":true},"profile":{"opt_level":"0","debuginfo":0,"debug_assertions":true,"overflow_checks":true,"test":false},"features":[],"filenames":["%s"],"executable":"%s","fresh":true}\n' "$program" "$program"
    ;;
*) echo "cargo: no $1" >&2; exit 101 ;;
esac
"#;

const RUSTC: &str = r#"#!/bin/sh
case $1 in
-vV) printf 'rustc 1.95.0\nhost: x86_64-unknown-linux-gnu\nrelease: 1.95.0\ncommit-hash: abc\n' ;;
*) dirname "$(dirname "$0")" ;;
esac
"#;

/// The app on this machine. Its files are stale while there is a file `stale`.
const HELLO: &str = r#"#!/bin/sh
cd "$CARGO_MANIFEST_DIR" || exit 1
case "$*" in
"generate --check")
    [ -f stale ] || exit 0
    printf -- '--- a/Hello/function.json\n+++ b/Hello/function.json\n@@ -1 +1 @@\n-old\n+new\n'
    echo 'warning: src/main.rs:1: something to look at' >&2
    echo '1 file is not up to date; run `hello generate`' >&2
    exit 1
    ;;
generate)
    rm stale
    mkdir -p Fresh
    cp Hello/function.json Fresh/function.json
    sed -i 's/hello/fresh/' Fresh/function.json
    echo 'created  Fresh/function.json'
    ;;
"list --json") cat list.json ;;
*) echo "hello: no $*" >&2; exit 2 ;;
esac
"#;

const MANIFEST: &str = r#"[package]
name = "hello"
version = "1.0.0"
edition = "2024"
[dependencies]
mcp-trigger = { version = "0.1", default-features = false }
[features]
default = ["local", "db"]
local = ["mcp-trigger/local"]
db = []
[workspace]
"#;

const HOST_JSON: &str = r#"{
  "version": "2.0",
  "extensionBundle": {"id": "Microsoft.Azure.Functions.ExtensionBundle", "version": "[4.*, 5.0.0)"},
  "customHandler": {"description": {"defaultExecutablePath": "handler"}}
}"#;

impl Workshop {
    /// A workshop with cargo and rustc, the target for static programs, and an app whose files are up to date.
    pub(crate) fn new() -> Self {
        let workshop = Workshop { folder: tempfile::tempdir().unwrap() };
        let tool = r#"{"bindings": [{"type": "mcpToolTrigger", "name": "Trigger", "toolName": "hello", "description": "Says hello."}]}"#;
        for (name, text) in [
            ("app/Cargo.toml", MANIFEST),
            ("app/src/main.rs", "fn main() {}"),
            ("app/host.json", HOST_JSON),
            ("app/Hello/function.json", tool),
            ("app/.funcignore", "*.md\n"),
            ("app/README.md", ""),
            (
                "app/local.settings.json",
                r#"{"IsEncrypted": false, "Values": {"FUNCTIONS_WORKER_RUNTIME": "custom", "AzureWebJobsStorage": "secret"}}"#,
            ),
            ("app/list.json", "[]"),
            ("lib/rustlib/x86_64-unknown-linux-musl/lib/x", ""),
        ] {
            workshop.write(name, text);
        }
        workshop.program("cargo", CARGO);
        workshop.program("rustc", RUSTC);
        workshop.program("hello", HELLO);
        workshop.built(&Elf::STATIC);
        workshop
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The text of a file; empty if there is none.
    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// A program in `PATH`.
    pub(crate) fn program(&self, name: &str, script: &str) {
        self.write(&format!("bin/{name}"), script);
        fs::set_permissions(self.path(&format!("bin/{name}")), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A program that notes its folder and arguments in `NAME.log`, and prints something.
    pub(crate) fn noting(&self, name: &str, output: &str) {
        let script = format!(
            "#!/bin/sh\necho \"$(basename \"$PWD\"): $* [$FUNCTIONS_WORKER_RUNTIME]\" >>\"$(dirname \"$0\")/../{name}.log\"\necho '{output}'\n"
        );
        self.program(name, &script);
    }

    /// The program that the next build for a target gives.
    pub(crate) fn built(&self, elf: &Elf<'_>) {
        fs::write(self.path("built"), elf.bytes()).unwrap();
    }

    /// The command in the app's folder, which finds no programs but those of the workshop and of the system.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-mcp-trigger"));
        let real = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let real_rustc = Path::new(&real).with_file_name("rustc");
        command.arg("mcp-trigger").args(arguments).current_dir(self.path("app"));
        for variable in
            ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR", "CARGO_MANIFEST_DIR"]
        {
            command.env_remove(variable);
        }
        command.env("PATH", format!("{}:/usr/bin:/bin", self.path("bin").display()));
        command.env("CARGO", self.path("bin/cargo")).env("RUSTC", self.path("bin/rustc"));
        command.env("REAL_CARGO", real).env("REAL_RUSTC", real_rustc);
        command
    }

    /// Runs the command to its end.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::new(self.command(arguments).output().unwrap())
    }
}

/// A command that has ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn new(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// The standard output of a command that succeeded, as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    /// The standard error of a command that failed.
    #[track_caller]
    pub(crate) fn failed(self, words: &[&str]) {
        assert_eq!(self.code, Some(1), "{self:#?}");
        for words in words {
            assert!(self.stderr.contains(words), "{words}: {self:#?}");
        }
    }
}
