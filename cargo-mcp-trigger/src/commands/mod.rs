//! The commands. Each has a module with the type of its arguments and a method `run`.

mod arguments;
mod call;
mod completions;
mod content;
mod doctor;
mod list;
mod new;
mod package;
mod prompt;
mod publish;
mod read;
mod start;

use crate::error::Error;
use call::Call;
use completions::Completions;
use doctor::Doctor;
use list::List;
use new::{Init, New};
use package::Package;
use prompt::Prompt;
use publish::Publish;
use read::Read;
use start::Start;
use std::process::ExitCode;

/// A command with its arguments, in the order in which `--help` lists them.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    New(New),
    Init(Init),
    Start(Start),
    List(List),
    Call(Call),
    Read(Read),
    Prompt(Prompt),
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
            Command::Start(command) => command.run(),
            Command::List(command) => command.run(),
            Command::Call(command) => command.run(),
            Command::Read(command) => command.run(),
            Command::Prompt(command) => command.run(),
            Command::Package(command) => command.run(),
            Command::Publish(command) => command.run(),
            Command::Doctor(command) => command.run(),
            Command::Completions(command) => command.run(),
        }
    }
}
