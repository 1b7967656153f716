//! The commands. Each has a module with the type of its arguments and a method `run`.

mod completions;
mod new;

use crate::error::Error;
use completions::Completions;
use new::{Init, New};
use std::process::ExitCode;

/// A command with its arguments, in the order in which `--help` lists them.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    New(New),
    Init(Init),
    Completions(Completions),
}

impl Command {
    /// Runs the command.
    ///
    /// # Errors
    ///
    /// If the command cannot do its work.
    pub(crate) fn run(self) -> Result<ExitCode, Error> {
        match self {
            Command::New(command) => command.run(),
            Command::Init(command) => command.run(),
            Command::Completions(command) => command.run(),
        }
    }
}
