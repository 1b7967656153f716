//! Errors of the start and of the commands.

use crate::function::Problem;
use mcp_trigger_core::ids::NoRandomNumbers;
use mcp_trigger_core::telemetry::BadLevels;
use std::error::Error as StdError;
use std::fmt::Display;
use std::io;

/// Why the app does not start, or a command of its does not do what it should.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("cannot listen on {address}: {source}; {advice}")]
    Bind { address: String, source: io::Error, advice: &'static str },
    #[error("cannot set up the state {name}: {source}")]
    State { name: &'static str, source: Box<dyn StdError + Send + Sync> },
    #[error("{}", list(.0))]
    Functions(Vec<Problem>),
    /// The command line is not one of ours.
    #[error("{0}")]
    Usage(String),
    #[error("{path}: {source}")]
    File { path: String, source: io::Error },
    /// Something around the program is not as it has to be: a variable, a folder, a program that is missing.
    #[error("{0}")]
    Environment(String),
    /// The files of the app would not work, so none was written.
    #[error("nothing was written to {root}:{}", indent(.problems))]
    Refused { root: String, problems: Vec<String> },
    /// An invocation failed as such; the log says why.
    #[error("the call failed, as the log says; a client would read that an error occurred")]
    Call,
    #[error(transparent)]
    Levels(#[from] BadLevels),
    #[error(transparent)]
    Randomness(#[from] NoRandomNumbers),
    #[error("cannot start the threads that the functions run on: {0}")]
    Runtime(#[source] io::Error),
}

impl Error {
    /// What the program ends with. 2 for a wrong command line, as shells and most programs do.
    pub(crate) fn exit_code(&self) -> u8 {
        if matches!(self, Error::Usage(_)) { 2 } else { 1 }
    }
}

fn list(problems: &[Problem]) -> String {
    format!("the functions of the app do not go together:{}", indent(problems))
}

fn indent(lines: &[impl Display]) -> String {
    lines.iter().map(|line| format!("\n  {line}")).collect()
}
