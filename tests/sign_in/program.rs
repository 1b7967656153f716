//! The guarded program with the test identity provider: as its own local host, and behind one.

use std::process::Command;
use tests::folder::TempFolder;
use tests::process::App;

const GUARDED: &str = env!("CARGO_BIN_EXE_guarded");

/// The endpoints of the program.
pub(crate) const ENDPOINTS: [&str; 2] = ["/mcp", "/runtime/webhooks/mcp"];

/// A running program. Its folder goes with it.
pub(crate) struct Program {
    pub(crate) app: App,
    _folder: TempFolder,
}

/// `serve`, with these options and settings.
pub(crate) fn serve(options: &[&str], settings: &[(&str, &str)]) -> Program {
    let folder = TempFolder::new();
    let mut command = Command::new(GUARDED);
    command.current_dir(folder.path()).arg("serve").arg("--storage").arg(folder.path().join("storage"));
    // What is on the machine itself is not behind a proxy.
    command.args(options).envs(settings.iter().copied()).env("http_proxy", "http://127.0.0.1:9");
    Program { app: App::local_host(command), _folder: folder }
}

/// `host`, with these options.
pub(crate) fn host(options: &[&str]) -> Program {
    let folder = TempFolder::new();
    let mut generate = Command::new(GUARDED);
    generate.args(["generate", "--root"]).arg(folder.path()).env_remove("FUNCTIONS_CUSTOMHANDLER_PORT");
    assert!(generate.output().unwrap().status.success());
    let mut command = Command::new(GUARDED);
    command.arg("host").args(options).arg("--root").arg(folder.path());
    command.env("AzureFunctionsJobHost__customHandler__description__defaultExecutablePath", GUARDED);
    Program { app: App::local_host(command), _folder: folder }
}

impl Program {
    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.app.address)
    }
}
