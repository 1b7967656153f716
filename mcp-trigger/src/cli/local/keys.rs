//! `keys`, and the check of keys with `--auth`.

use super::usage::Usage;
use super::{output, storage};
use crate::app::Error;
use host_protocol::function_json::{FunctionJson, HTTP_TRIGGER};
use lexopt::{Arg, Parser};
use local_host::{Keys, LocalHost};
use std::path::PathBuf;
use std::process::ExitCode;

pub(super) const USAGE: Usage = Usage {
    command: "keys",
    arguments: " [--keys FILE] [--json]",
    summary: "Shows the keys that `serve` and `host` ask for with --auth",
    options: &["keys", "json", "help"],
    details: "
  --keys FILE  The file of the keys. Default: mcp-trigger-keys.json in the target directory, else in the current one.
               A missing file is created with new keys, and only its owner may read it
  --json       The keys as JSON

Clients send `mcp_extension` or `master` in the header x-functions-key; `master` opens /admin/… as well. `default` is for
all functions with an HTTP trigger, and each of these has a key of its own.
Delete the file to get new keys.
",
};

const FILE: &str = "mcp-trigger-keys.json";

/// `keys`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct ShowKeys {
    file: Option<PathBuf>,
    json: bool,
}

impl ShowKeys {
    /// Its options; `None` if help is wanted.
    pub(super) fn read(parser: &mut Parser) -> Result<Option<Self>, Error> {
        let mut show = ShowKeys::default();
        while let Some(argument) = USAGE.next(parser)? {
            match argument {
                Arg::Long("keys") => show.file = Some(USAGE.value(parser, "--keys", "a file")?),
                Arg::Long("json") => show.json = true,
                Arg::Short('h') | Arg::Long("help") => return Ok(None),
                other => return Err(USAGE.unexpected(other)),
            }
        }
        Ok(Some(show))
    }

    /// Prints the keys.
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let (keys, _) = open(self.file, [])?;
        output::print(&if self.json {
            output::printable_json(keys.to_json())
        } else {
            let rows: Vec<_> =
                keys.named().into_iter().map(|(name, key)| [name.into_owned(), key.to_owned()]).collect();
            output::columns(&rows, "")
        });
        Ok(ExitCode::SUCCESS)
    }
}

/// The keys that a host asks for with `--auth`.
#[derive(Debug)]
pub(super) struct KeyGate {
    pub(super) keys: Keys,
    /// The file with the keys.
    pub(super) file: String,
    /// Whether host.json wants the endpoint open all the same.
    pub(super) is_open: bool,
}

impl KeyGate {
    /// Opens the keys. `is_open` tells whether the endpoint needs none of them.
    ///
    /// # Errors
    ///
    /// If the file can neither be read nor made.
    pub(super) fn new(
        file: Option<PathBuf>,
        functions: &[(String, FunctionJson)],
        is_open: bool,
    ) -> Result<Self, Error> {
        let with_http = functions.iter().filter(|(_, file)| file.trigger().is_some_and(|it| it.is(HTTP_TRIGGER)));
        let (keys, file) = open(file, with_http.map(|(name, _)| name.as_str()))?;
        Ok(KeyGate { keys, file, is_open })
    }

    /// Makes a host ask for these keys.
    pub(super) fn put_on(&self, host: LocalHost) -> LocalHost {
        let host = host.keys(self.keys.clone());
        if self.is_open { host.open_endpoint() } else { host }
    }

    /// The key that clients of the endpoint need, with its name.
    pub(super) fn client_key(&self) -> Option<(&'static str, &str)> {
        (!self.is_open).then(|| ("mcp_extension", self.keys.mcp_extension()))
    }
}

fn open<'a>(
    file: Option<PathBuf>,
    functions: impl IntoIterator<Item = &'a str> + Clone,
) -> Result<(Keys, String), Error> {
    let file = file.unwrap_or_else(|| storage::in_target(FILE));
    let path = file.display().to_string();
    let keys = Keys::open_for(file, functions).map_err(|error| Error::File { path: path.clone(), source: error })?;
    Ok((keys, path))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A gate for tests of the banner.
    pub(in crate::cli::local) fn gate(is_open: bool) -> KeyGate {
        KeyGate { keys: Keys::new("m", "h", "s3cret"), file: "keys.json".to_owned(), is_open }
    }
}
