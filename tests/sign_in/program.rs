//! The guarded program with the test identity provider: as its own local host, and behind one.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;
use tests::folder::TempFolder;
use tests::process::App;

const GUARDED: &str = env!("CARGO_BIN_EXE_guarded");

/// The endpoints of the program.
pub(crate) const ENDPOINTS: [&str; 2] = ["/mcp", "/runtime/webhooks/mcp"];

/// A running program. Its folder goes with it.
pub(crate) struct Program {
    pub(crate) app: App,
    pub(crate) folder: TempFolder,
}

/// `serve`, with these options and settings.
pub(crate) fn serve(options: &[&str], settings: &[(&str, &str)]) -> Program {
    let folder = TempFolder::new();
    let mut command = Command::new(GUARDED);
    command.current_dir(folder.path()).arg("serve").arg("--storage").arg(folder.path().join("storage"));
    // What is on the machine itself is not behind a proxy.
    command.args(options).envs(settings.iter().copied()).env("http_proxy", "http://127.0.0.1:9");
    Program { app: App::local_host(command), folder }
}

/// With `--auth entra` at a port: behind a local host, or as one.
pub(crate) fn serve_at(port: u16, is_host: bool, settings: &[(&str, &str)]) -> Program {
    let folder = TempFolder::new();
    let mut command = Command::new(GUARDED);
    if is_host {
        generate(&folder);
        command.args(["host", "--root"]).arg(folder.path());
        command.env("AzureFunctionsJobHost__customHandler__description__defaultExecutablePath", GUARDED);
    } else {
        command.current_dir(folder.path()).arg("serve").arg("--storage").arg(folder.path().join("storage"));
    }
    command.args(["--auth", "entra", "--port", &port.to_string()]).envs(settings.iter().copied());
    command.env_remove("FUNCTIONS_CUSTOMHANDLER_PORT");
    let app = App::spawn(command, (Ipv4Addr::LOCALHOST, port).into());
    app.wait_until_open();
    Program { app, folder }
}

fn generate(folder: &TempFolder) {
    let mut generate = Command::new(GUARDED);
    generate.args(["generate", "--root"]).arg(folder.path()).env_remove("FUNCTIONS_CUSTOMHANDLER_PORT");
    assert!(generate.output().unwrap().status.success());
}

/// Whether what is missing is a failure.
pub(crate) fn is_required(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| value != "0")
}

/// The Node.js that comes with the TypeScript SDK; `None` if it is not there and that is no failure.
pub(crate) fn node() -> Option<PathBuf> {
    let node = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/typescript/node_modules/.bin/node");
    if node.exists() {
        return Some(node);
    }
    assert!(!is_required("REQUIRE_SDKS"), "there is no {}: run tests/clients/install", node.display());
    tests::say("SKIPPED: there is no Node.js of tests/clients/typescript (tests/clients/install brings it)");
    None
}

/// `host`, with these options.
pub(crate) fn host(options: &[&str]) -> Program {
    let folder = TempFolder::new();
    generate(&folder);
    let mut command = Command::new(GUARDED);
    command.arg("host").args(options).arg("--root").arg(folder.path());
    command.env("AzureFunctionsJobHost__customHandler__description__defaultExecutablePath", GUARDED);
    Program { app: App::local_host(command), folder }
}

impl Program {
    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.app.address)
    }
}
