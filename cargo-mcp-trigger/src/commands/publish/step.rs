//! [`Step`]: a command that is printed as it can be pasted, or run.

use crate::child;
use crate::commands::package::shown;
use crate::error::Error;
use crate::output;
use std::fmt::{self, Display};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A command of another program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// The folder to run it in.
    pub(super) folder: PathBuf,
    pub(super) program: &'static str,
    pub(super) arguments: Vec<String>,
    /// Variables that it needs.
    pub(super) variables: Vec<(&'static str, &'static str)>,
}

impl Step {
    pub(super) fn new<const N: usize>(folder: PathBuf, program: &'static str, arguments: [&str; N]) -> Self {
        Step { folder, program, arguments: arguments.map(str::to_owned).into(), variables: Vec::new() }
    }

    /// Runs the command. Its output is that of this program; with `to_stderr` all of it goes to standard error.
    ///
    /// # Errors
    ///
    /// If the program cannot be started or fails.
    pub(super) fn run(&self, to_stderr: bool) -> Result<(), Error> {
        output::progress("Running", self);
        // `az` is a script on Windows, which is started by its whole name only.
        let program = child::find(self.program).unwrap_or_else(|| self.program.into());
        let mut command = Command::new(program);
        command.args(&self.arguments).current_dir(&self.folder).envs(self.variables.iter().copied());
        if to_stderr {
            command.stdout(Stdio::from(std::io::stderr()));
        }
        let status =
            command.status().map_err(|error| Error::new(format!("cannot start `{}`", self.program)).why(error))?;
        if status.success() {
            return Ok(());
        }
        let login = match self.program {
            "azd" => "`azd auth login` if you are not signed in",
            _ => "`az login` if you are not signed in",
        };
        Err(Error::new(format!("`{self}` failed")).why(status).next(format!("mend the errors above; {login}")))
    }
}

impl Display for Step {
    /// A line for the shell of the system: PowerShell on Windows, else a POSIX shell.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shell = if cfg!(windows) { Shell::PowerShell } else { Shell::Posix };
        f.write_str(&self.line(shell))
    }
}

#[derive(Clone, Copy)]
enum Shell {
    Posix,
    PowerShell,
}

impl Step {
    fn line(&self, shell: Shell) -> String {
        let words = [self.program].into_iter().chain(self.arguments.iter().map(String::as_str));
        let words = words.map(|word| quoted(word, shell)).collect::<Vec<_>>().join(" ");
        let folder = shown(&self.folder);
        let folder = (folder != ".").then(|| quoted(&folder, shell));
        let variables = |form: fn(&str, &str) -> String| {
            self.variables.iter().map(|(name, value)| form(name, value)).collect::<String>()
        };
        match shell {
            Shell::Posix => {
                let command = variables(|name, value| format!("{name}={value} ")) + &words;
                match folder {
                    Some(folder) => format!("(cd {folder} && {command})"),
                    None => command,
                }
            }
            Shell::PowerShell => {
                let command = variables(|name, value| format!("$env:{name} = '{value}'; ")) + &words;
                match folder {
                    Some(folder) => format!("Push-Location {folder}; {command}; Pop-Location"),
                    None => command,
                }
            }
        }
    }
}

/// A word as one word to a shell.
fn quoted(word: &str, shell: Shell) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:=,+@".contains(c);
    let is_plain = |c: char| is_plain(c) || c == '\\' && matches!(shell, Shell::PowerShell);
    match shell {
        _ if !word.is_empty() && word.chars().all(is_plain) => word.to_owned(),
        Shell::Posix => format!("'{}'", word.replace('\'', "'\\''")),
        Shell::PowerShell => format!("'{}'", word.replace('\'', "''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_can_be_pasted() {
        let mut step = Step::new("/srv/it's here".into(), "func", ["publish", "a b", "x-1"]);
        step.variables.push(("RUNTIME", "custom"));
        assert_eq!(step.line(Shell::Posix), "(cd '/srv/it'\\''s here' && RUNTIME=custom func publish 'a b' x-1)");
        assert_eq!(
            step.line(Shell::PowerShell),
            "Push-Location '/srv/it''s here'; $env:RUNTIME = 'custom'; func publish 'a b' x-1; Pop-Location"
        );
        step.folder = std::env::current_dir().unwrap();
        assert_eq!(step.line(Shell::Posix), "RUNTIME=custom func publish 'a b' x-1");
    }
}
