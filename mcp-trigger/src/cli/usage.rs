//! What a command takes, and what is said of a command line that does not fit.

use super::{call, generate, handler, help, host, keys, list, serve, start};
use crate::app::Error;
use lexopt::{Arg, Parser};
use std::path::Path;
use std::str::FromStr;

/// The commands, in the order in which `--help` tells them.
pub(super) const COMMANDS: [&Usage; 9] = [
    &serve::USAGE,
    &generate::USAGE,
    &host::USAGE,
    &start::USAGE,
    &list::USAGE,
    &call::USAGE,
    &keys::USAGE,
    &handler::USAGE,
    &help::USAGE,
];

/// What a command takes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Usage {
    pub(super) command: &'static str,
    /// What follows the command, for `--help`.
    pub(super) arguments: &'static str,
    /// What it does, in a line.
    pub(super) summary: &'static str,
    /// The names of its options.
    pub(super) options: &'static [&'static str],
    /// All that `--help` has to say besides.
    pub(super) details: &'static str,
}

impl Usage {
    /// The command of that name.
    pub(super) fn of_command(name: &str) -> Result<&'static Usage, Error> {
        COMMANDS.into_iter().find(|usage| usage.command == name).ok_or_else(|| {
            let similar = most_similar(name, COMMANDS.iter().map(|usage| usage.command));
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

    /// That the command does not know an argument.
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

/// The name by which the program was called.
pub(crate) fn program() -> String {
    let path = std::env::args_os().next().unwrap_or_default();
    Path::new(&path).file_stem().map_or_else(|| "app".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// The name that was meant, if one is near enough.
pub(super) fn most_similar<'a>(given: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = names.map(|name| (distance(given, name), name));
    let (distance, name) = near.min_by_key(|(distance, _)| *distance)?;
    (distance <= 1 + name.len() / 4).then_some(name)
}

/// How many letters have to be changed, added or taken away, ignoring case (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, other) in b.iter().enumerate() {
            let changed = diagonal + usize::from(!letter.eq_ignore_ascii_case(other));
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_seen_for_what_was_meant() {
        let meant = |given| most_similar(given, COMMANDS.iter().map(|usage| usage.command));
        assert_eq!(meant("genrate"), Some("generate"));
        assert_eq!(meant("List"), Some("list"));
        assert_eq!(meant("strat"), Some("start"));
        assert_eq!(meant("deploy"), None);
        assert_eq!((distance("kitten", "sitting"), distance("", "ab"), distance("ab", "")), (3, 2, 2));
    }
}
