//! The arguments that a command takes, and the errors of a wrong command line.

use super::{handler, help};
use crate::app::Error;
use crate::identity::program;
use lexopt::{Arg, Parser};
use std::str::FromStr;

/// The commands that Azure needs.
const COMMANDS: [&Usage; 2] = [&handler::USAGE, &help::USAGE];

/// The commands, in the order in which `--help` lists them.
pub(super) fn commands() -> impl Iterator<Item = &'static Usage> {
    #[cfg(feature = "local")]
    let local = super::local::COMMANDS;
    #[cfg(not(feature = "local"))]
    let local = [];
    local.into_iter().chain(COMMANDS)
}

/// Commands that a program without the feature `local` does not have.
#[cfg(not(feature = "local"))]
const LOCAL_COMMANDS: [&str; 8] = ["serve", "generate", "host", "start", "stdio", "list", "call", "keys"];

/// The usage of a command.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Usage {
    pub(super) command: &'static str,
    /// The arguments after the command, for `--help`.
    pub(super) arguments: &'static str,
    /// The purpose of the command, in a line.
    pub(super) summary: &'static str,
    /// The names of its options.
    pub(super) options: &'static [&'static str],
    /// The rest of the text of `--help`.
    pub(super) details: &'static str,
}

impl Usage {
    /// The command of that name.
    pub(super) fn of_command(name: &str) -> Result<&'static Usage, Error> {
        commands().find(|usage| usage.command == name).ok_or_else(|| {
            #[cfg(not(feature = "local"))]
            if LOCAL_COMMANDS.contains(&name) {
                return Error::Usage(format!("`{name}` is not in this program: {}", super::WITHOUT_LOCAL));
            }
            let similar = most_similar(name, commands().map(|usage| usage.command));
            let hint = similar.map(|command| format!("did you mean `{command}`? ")).unwrap_or_default();
            Error::Usage(format!("there is no command `{name}`; {hint}`{} --help` tells them all", program()))
        })
    }

    /// The next argument.
    pub(super) fn next<'a>(&self, parser: &'a mut Parser) -> Result<Option<Arg<'a>>, Error> {
        parser.next().map_err(|error| self.error(&error.to_string()))
    }

    /// The name of the next option, for commands that take options only: in full, as in `port` for `-p`.
    pub(super) fn next_option(&self, parser: &mut Parser) -> Result<Option<String>, Error> {
        let Some(argument) = self.next(parser)? else { return Ok(None) };
        match argument {
            Arg::Short('h') => Ok(Some("help".to_owned())),
            Arg::Short('p') if self.options.contains(&"port") => Ok(Some("port".to_owned())),
            Arg::Long(name) => Ok(Some(name.to_owned())),
            other => Err(self.unexpected(other)),
        }
    }

    /// The value of the option that came last.
    pub(super) fn value<T: FromStr>(&self, parser: &mut Parser, option: &str, expected: &str) -> Result<T, Error> {
        let value = parser.value().map_err(|_| self.error(&format!("`{option}` wants {expected} after it")))?;
        let parsed = value.to_str().and_then(|value| value.parse().ok());
        parsed.ok_or_else(|| self.error(&format!("`{option}` wants {expected}, and `{}` is none", value.display())))
    }

    /// The error of an argument that the command does not know.
    pub(super) fn unexpected(&self, argument: Arg<'_>) -> Error {
        let option = match argument {
            Arg::Value(value) => return self.error(&format!("`{}` is one argument too many", value.display())),
            Arg::Short(letter) => format!("-{letter}"),
            Arg::Long(name) => format!("--{name}"),
        };
        let similar = most_similar(option.trim_start_matches('-'), self.options.iter().copied());
        let hint = similar.map(|name| format!("; did you mean `--{name}`?")).unwrap_or_default();
        self.error(&format!("`{}` has no option `{option}`{hint}", self.command))
    }

    /// An error, with where help is.
    pub(super) fn error(&self, message: &str) -> Error {
        let stop = if message.ends_with('?') { "" } else { ";" };
        Error::Usage(format!("{message}{stop} `{} {} --help` tells what it takes", program(), self.command))
    }
}

/// The name that was meant, if one is near enough.
pub(super) fn most_similar<'a>(given: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.to_ascii_lowercase();
    let near = names.map(|name| (strsim::levenshtein(&given, name), name));
    let (distance, name) = near.min_by_key(|(distance, _)| *distance)?;
    (distance <= 1 + name.len() / 4).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_seen_for_what_was_meant() {
        let meant = |given| most_similar(given, commands().map(|usage| usage.command));
        assert_eq!(meant("genrate"), Some("generate"));
        assert_eq!(meant("List"), Some("list"));
        assert_eq!(meant("strat"), Some("start"));
        assert_eq!(meant("deploy"), None);
    }
}
