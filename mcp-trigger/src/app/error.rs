//! Errors of the start and of the commands.

use crate::function::Problem;
use crate::server::BadSecret;
use mcp_trigger_core::ids::NoRandomNumbers;
use mcp_trigger_core::telemetry::BadLevels;
use std::error::Error as StdError;
use std::fmt::Display;
use std::io;

/// An error of the start of an app, or of one of its commands.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("cannot listen on {address}: {source}; {advice}")]
    Bind { address: String, source: io::Error, advice: &'static str },
    #[error("cannot set up the state {name}: {source}")]
    State { name: &'static str, source: Box<dyn StdError + Send + Sync> },
    #[error("{}", list(.0))]
    Functions(Vec<Problem>),
    /// The command line has an unknown command or a wrong option.
    #[error("{0}")]
    Usage(String),
    #[error("{path}: {source}")]
    File { path: String, source: io::Error },
    /// The environment of the program is wrong: a variable, a folder, or another program that is missing.
    #[error("{0}")]
    Environment(String),
    /// The generated files would not work, so no file was written.
    #[error("nothing was written to {root}:{}", indent(.problems))]
    Refused { root: String, problems: Vec<String> },
    /// An invocation failed as such; the log says why.
    #[error("the call failed, as the log says; a client would read that an error occurred")]
    Call,
    #[error(transparent)]
    Levels(#[from] BadLevels),
    #[error(transparent)]
    Randomness(#[from] NoRandomNumbers),
    #[error(transparent)]
    Secret(#[from] BadSecret),
    #[error("cannot start the threads that the functions run on: {0}")]
    Runtime(#[source] io::Error),
}

impl Error {
    /// The exit code of the program: 2 for a wrong command line, as in shells, else 1.
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
