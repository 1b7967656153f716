//! [`Error`]: what went wrong, why, and what to do next.

use std::fmt::{self, Display};
use std::process::ExitCode;

/// An error of a command.
///
/// ```text
/// error: the app `hello` was not found: no package of /home/ann/tools has this name
///   next: name one of these: catalog, weather
/// ```
#[derive(Debug)]
pub(crate) struct Error {
    what: String,
    why: Option<String>,
    next: Option<String>,
    code: u8,
}

impl Error {
    /// The failure, as in `cannot read host.json`. A failure may need no reason.
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Error { what: what.into(), why: None, next: None, code: 1 }
    }

    /// A wrong command line, beyond what clap finds.
    pub(crate) fn usage(what: impl Into<String>) -> Self {
        Error { code: 2, ..Error::new(what) }
    }

    /// The reason, as in `the file does not exist`.
    pub(crate) fn why(self, why: impl Display) -> Self {
        Error { why: Some(why.to_string()), ..self }
    }

    /// The next step of the user, as in ``run `cargo mcp-trigger new NAME` ``.
    pub(crate) fn next(self, next: impl Into<String>) -> Self {
        Error { next: Some(next.into()), ..self }
    }

    /// The exit code of the program: 2 for a wrong command line, as in shells, else 1.
    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }

    /// The first part of the message.
    pub(crate) fn what(&self) -> String {
        match &self.why {
            Some(why) => format!("{}: {why}", self.what),
            None => self.what.clone(),
        }
    }

    /// The next step.
    pub(crate) fn next_step(&self) -> Option<&str> {
        self.next.as_deref()
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what())?;
        self.next.iter().try_for_each(|next| write!(f, "\n  next: {next}"))
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_all_parts_that_are_known() {
        assert_eq!(Error::new("no app").to_string(), "no app");
        let error = Error::usage("no app `x`").why("no package has this name").next("name another");
        assert_eq!(error.to_string(), "no app `x`: no package has this name\n  next: name another");
        assert_eq!((error.exit_code(), Error::new("").exit_code()), (ExitCode::from(2), ExitCode::FAILURE));
    }
}
