//! The files that the app's own command `generate` writes, by which the Functions host knows the app.

use crate::app::App;
use crate::child::{self, Failure, Output};
use crate::error::Error;
use crate::folder::Form;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// The time for a command of the app, which reads and writes a few files.
const LIMIT: Duration = Duration::from_secs(60);

/// Whether the files of an app are those of its program.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum State {
    UpToDate,
    /// They are not. The text is the difference, as of `git diff`.
    Stale(String),
}

/// The program of an app, built for this machine with the local host, and its folder.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Generator<'a> {
    pub(crate) program: &'a Path,
    pub(crate) app: &'a App,
}

impl Generator<'_> {
    /// Compares the files with the program. The second part are the program's warnings.
    ///
    /// # Errors
    ///
    /// If the program refuses the folder or its own functions.
    pub(crate) fn check(self) -> Result<(State, Vec<String>), Error> {
        let output = self.run(&["generate", "--check"])?;
        match (output.status.success(), output.stdout.trim().is_empty()) {
            (true, _) => Ok((State::UpToDate, warnings(&output))),
            (false, false) => {
                let warnings = warnings(&output);
                Ok((State::Stale(output.stdout), warnings))
            }
            (false, true) => Err(self.refused(&output)),
        }
    }

    /// Writes the files, in a form. Gives the changes, a line each. The second part are the program's warnings.
    ///
    /// # Errors
    ///
    /// As with [`check`](Generator::check), or if a file cannot be written.
    pub(crate) fn write(self, form: Form) -> Result<(Vec<String>, Vec<String>), Error> {
        let output = match form {
            Form::Functions => self.run(&["generate"])?,
            Form::SelfHosted => self.run(&["generate", "--self-hosted"])?,
        };
        if !output.status.success() {
            return Err(self.refused(&output));
        }
        let is_change =
            |line: &&str| ["created", "changed", "removed", "renamed"].iter().any(|verb| line.starts_with(verb));
        let changes = output.stdout.lines().filter(is_change).map(str::to_owned).collect();
        Ok((changes, warnings(&output)))
    }

    /// The functions of the app, as its command `list --json` describes them.
    ///
    /// # Errors
    ///
    /// If the program refuses its functions, or writes no JSON.
    pub(crate) fn list(self) -> Result<Vec<serde_json::Value>, Error> {
        let output = self.run(&["list", "--json"])?;
        if !output.status.success() {
            return Err(self.refused(&output));
        }
        serde_json::from_str(&output.stdout).map_err(|error| {
            Error::new(format!("the output of `{} list --json` cannot be read", self.app.bin)).why(error)
        })
    }

    fn run(self, arguments: &[&str]) -> Result<Output, Error> {
        let mut command = Command::new(self.program);
        // As `cargo run` does: the app's folder is that of the package, wherever the command was typed.
        command.args(arguments).current_dir(&self.app.root).env("CARGO_MANIFEST_DIR", &self.app.root);
        command.env_remove("FUNCTIONS_CUSTOMHANDLER_PORT");
        let ran = child::capture(&mut command, LIMIT);
        ran.map_err(|failure: Failure| {
            Error::new(format!("cannot run `{} {}`", self.app.bin, arguments.join(" "))).why(failure)
        })
    }

    /// The program's own message, which says what to do.
    fn refused(self, output: &Output) -> Error {
        let lines = output.stderr.lines().filter(|line| !line.starts_with("warning: "));
        let message = lines.collect::<Vec<_>>().join("\n");
        let message = message.trim().trim_start_matches("error: ");
        let error = Error::new(format!("the files of `{}` cannot be generated", self.app.package)).why(message);
        if message.contains("without the feature `local`") {
            error.next("build it with the feature `local` of mcp-trigger")
        } else {
            error
        }
    }
}

fn warnings(output: &Output) -> Vec<String> {
    output.stderr.lines().filter_map(|line| line.strip_prefix("warning: ")).map(str::to_owned).collect()
}
