//! `start --func`: the app's own command `start`, which runs `func start` of Azure Functions Core Tools.

use super::Start;
use crate::app::App;
use crate::error::Error;
use std::process::{Command, ExitCode};

/// Builds an app, and runs `func start` on it until its end.
pub(super) fn run(start: &Start, app: &App) -> Result<ExitCode, Error> {
    let program = start.build.build(app)?;
    let mut command = Command::new(&program);
    command.env("CARGO_MANIFEST_DIR", &app.root).env_remove("FUNCTIONS_CUSTOMHANDLER_PORT");
    command.args(["start", "--root"]).arg(&app.root);
    command.args(start.self_hosted.then_some("--self-hosted"));
    command.arg("--");
    command.args(start.host.port.iter().flat_map(|port| ["--port".to_owned(), port.to_string()]));
    command.args(&start.func_arguments);
    instead(command).map_err(|error| Error::new(format!("cannot start {}", program.display())).why(error))
}

/// Runs a program in the place of this one: what is sent to this process reaches the program.
#[cfg(unix)]
fn instead(mut command: Command) -> std::io::Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    Err(command.exec())
}

#[cfg(not(unix))]
fn instead(mut command: Command) -> std::io::Result<ExitCode> {
    let code = command.status()?.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
