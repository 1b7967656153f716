//! The settings of the app's folder, for commands that run functions in this process.
//!
//! Functions read settings as variables of their environment, for so the Functions host hands them on. A Rust program cannot change
//! its own environment safely once there are threads, and what `main` has read before is read already. So the program is started
//! anew with the settings as its environment: on Unix in its own place, with the same process id; elsewhere as a child.

use crate::app::Error;
use crate::generate::{Executable, Root};
use local_host::Settings;
use std::ffi::OsString;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::process::{Command, ExitCode};

/// Tells the program that the settings are in its environment, so that it is started anew only once.
const ENTERED: &str = "MCP_TRIGGER_LOCAL_SETTINGS";

/// The app's folder, and its settings, which are all variables of this process.
pub(super) struct Surroundings {
    pub(super) root: Option<Root>,
    pub(super) settings: Settings,
}

/// Has the values of local.settings.json in the app's folder as variables of the program. Breaks with the exit code if another process
/// has done the work.
///
/// # Errors
///
/// If the file cannot be read, or the program not be started anew.
pub(super) async fn enter() -> Result<ControlFlow<ExitCode, Surroundings>, Error> {
    // A program may be somewhere where no app's folder is.
    let root = Root::find(None).ok();
    let settings =
        Settings::of_folder(root.as_ref().map(Root::path), std::env::vars_os()).map_err(Error::Environment)?;
    if settings.added().next().is_none() || std::env::var_os(ENTERED).is_some() {
        return Ok(ControlFlow::Continue(Surroundings { root, settings }));
    }
    let mut arguments = std::env::args_os();
    let mut command = Command::new(Executable::path()?);
    let name = arguments.next();
    command.args(arguments).envs(settings.added()).env(ENTERED, "1");
    // Otherwise output that is still buffered would be lost.
    let _ = std::io::stdout().flush();
    run_instead(command, name).await.map(ControlFlow::Break).map_err(|error| {
        Error::Environment(format!(
            "cannot start this program anew with the values of local.settings.json: {error}; set them in the environment, or move \
             the file away"
        ))
    })
}

#[cfg(unix)]
async fn run_instead(mut command: Command, name: Option<OsString>) -> std::io::Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    if let Some(name) = name {
        command.arg0(name);
    }
    Err(command.exec())
}

#[cfg(not(unix))]
async fn run_instead(mut command: Command, _: Option<OsString>) -> std::io::Result<ExitCode> {
    // Ctrl-C reaches the child as well, which ends then; this process has to outlive it to tell its exit code.
    let mut interruption = crate::hosted::Interruption::new();
    let mut child = command.spawn()?;
    tokio::select! {
        status = super::start::ended(&mut child) => status.map(super::start::exit_code),
        () = interruption.wait_for_termination() => Ok(ExitCode::FAILURE),
    }
}

#[cfg(test)]
pub(in crate::cli) mod tests {
    use super::*;
    use host_protocol::local_settings::LocalSettings;

    /// The settings of these variables and the text of a local.settings.json.
    pub(in crate::cli) fn settings(environment: &[(&str, &str)], file: Option<&str>) -> Settings {
        let mut settings = Settings::new(environment.iter().map(|(name, value)| (name.into(), value.into())));
        if let Some(file) = file {
            settings.add(LocalSettings::parse(file).unwrap());
        }
        settings
    }
}
