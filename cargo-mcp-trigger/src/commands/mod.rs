//! The commands. Each has a module with the type of its arguments and a method `run`.

mod completions;
mod doctor;
mod new;
mod package;
mod publish;

use crate::error::Error;
use completions::Completions;
use doctor::Doctor;
use new::{Init, New};
use package::Package;
use publish::Publish;
use std::process::ExitCode;

/// A command with its arguments, in the order in which `--help` lists them.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    New(New),
    Init(Init),
    Package(Package),
    Publish(Publish),
    Doctor(Doctor),
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
            Command::Package(command) => command.run(),
            Command::Publish(command) => command.run(),
            Command::Doctor(command) => command.run(),
            Command::Completions(command) => command.run(),
        }
    }
}
