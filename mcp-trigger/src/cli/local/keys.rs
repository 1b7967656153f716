//! `keys`, and the check of keys with `--auth`.

use super::usage::Usage;
use super::{output, storage};
use crate::app::Error;
use host_protocol::function_json::{FunctionJson, HTTP_TRIGGER};
use host_protocol::host_json::HostJson;
use lexopt::{Arg, Parser};
use local_host::Keys;
use local_host::LocalHost;
use local_host::Settings;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub(super) const USAGE: Usage = Usage {
    command: "keys",
    arguments: " [--keys FILE] [--json]",
    summary: "Shows the keys that `serve` and `host` ask for with --auth",
    options: &["keys", "json", "help"],
    details: "
  --keys FILE  Where they are; if nothing is said, mcp-trigger-keys.json in the target directory, or in the current one
               if there is no such. A file that is not there is made, with new keys, and only its owner may read it
  --json       The keys as JSON

Clients send `mcp_extension` or `master` in the header x-functions-key; `master` opens /admin/… as well. `default` is for
all functions with an HTTP trigger, and each of these has a key of its own.
Delete the file to get new keys.
",
};

const FILE: &str = "mcp-trigger-keys.json";
const LEVEL: [&str; 4] = ["extensions", "mcp", "system", "webhookAuthorizationLevel"];

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
            keys.to_json()
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
    /// Opens the keys, and looks what host.json in the app's folder says.
    ///
    /// # Errors
    ///
    /// If a file cannot be read or parsed. An endpoint must not be opened by mistake.
    pub(super) fn new(
        file: Option<PathBuf>,
        functions: &[(String, FunctionJson)],
        root: Option<&Path>,
        settings: &Settings,
    ) -> Result<Self, Error> {
        let host_json = root.map(|root| root.join("host.json"));
        let is_open = is_open(host_json.as_deref(), settings)?;
        let with_http = functions.iter().filter(|(_, file)| file.trigger().is_some_and(|it| it.is(HTTP_TRIGGER)));
        let (keys, file) = open(file, with_http.map(|(name, _)| name.as_str()))?;
        Ok(KeyGate { keys, file, is_open })
    }

    /// Makes a host ask for these keys.
    pub(super) fn put_on(&self, host: LocalHost) -> LocalHost {
        let host = host.keys(self.keys.clone());
        if self.is_open { host.open_endpoint() } else { host }
    }

    /// The key that clients of the endpoint need.
    pub(super) fn client_key(&self) -> Option<&str> {
        (!self.is_open).then(|| self.keys.mcp_extension())
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

/// Whether the endpoint wants no key: by the environment, which wins as with the Functions host, or by host.json.
fn is_open(host_json: Option<&Path>, settings: &Settings) -> Result<bool, Error> {
    let variable = format!("AzureFunctionsJobHost__{}", LEVEL.join("__"));
    if let Some(level) = settings.get(&variable) {
        return is_anonymous(&level, &format!("{variable} in {}", settings.place(&variable)));
    }
    let Some(path) = host_json else { return Ok(false) };
    let shown = path.display().to_string();
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(Error::File { path: shown, source: error }),
    };
    let file = HostJson::parse(&text).map_err(|error| Error::Environment(format!("{shown}: {error}")))?;
    match file.get(&LEVEL) {
        None | Some(serde_json::Value::Null) => Ok(false),
        Some(level) => {
            let text = level.as_str().map_or_else(|| level.to_string(), str::to_owned);
            is_anonymous(&text, &format!("{shown}: {}", LEVEL.join(".")))
        }
    }
}

fn is_anonymous(level: &str, place: &str) -> Result<bool, Error> {
    match level.trim() {
        level if level.eq_ignore_ascii_case("Anonymous") => Ok(true),
        level if level.is_empty() || level.eq_ignore_ascii_case("System") => Ok(false),
        level => Err(Error::Environment(format!(
            "{place} is `{level}`; write `System`, for clients with a key, or `Anonymous`, for all"
        ))),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::cli::local::settings::tests::settings;
    use crate::fixtures::TestFolder;

    /// A gate for tests of the banner.
    pub(in crate::cli::local) fn gate(is_open: bool) -> KeyGate {
        KeyGate { keys: Keys::new("m", "h", "s3cret"), file: "keys.json".to_owned(), is_open }
    }

    fn opened(host_json: &str, variable: Option<&str>) -> Result<bool, String> {
        let folder = TestFolder::new();
        folder.write("host.json", host_json);
        let name = "AzureFunctionsJobHost__extensions__mcp__system__webhookAuthorizationLevel";
        let variables: Vec<_> = variable.iter().map(|value| (name, *value)).collect();
        is_open(Some(&folder.path().join("host.json")), &settings(&variables, None)).map_err(|error| error.to_string())
    }

    fn host_json(level: &str) -> String {
        format!(
            r#"{{"version": "2.0", "extensions": {{"mcp": {{"system": {{"webhookAuthorizationLevel": {level}}}}}}}}}"#
        )
    }

    #[test]
    fn only_the_word_anonymous_opens_the_endpoint() {
        for level in [r#""Anonymous""#, r#""anonymous""#] {
            assert_eq!(opened(&host_json(level), None), Ok(true), "{level}");
        }
        for level in [r#""System""#, r#""""#, "null"] {
            assert_eq!(opened(&host_json(level), None), Ok(false), "{level}");
        }
        assert_eq!(opened("{}", None), Ok(false));
        assert_eq!(is_open(None, &Settings::default()).ok(), Some(false));
        assert_eq!(is_open(Some(Path::new("no/host.json")), &Settings::default()).ok(), Some(false));
    }

    #[test]
    fn what_nobody_understands_is_an_error() {
        let message = opened(&host_json(r#""Function""#), None).unwrap_err();
        assert!(message.contains("webhookAuthorizationLevel is `Function`; write `System`"), "{message}");
        assert!(opened(&host_json("1"), None).is_err());
        assert!(opened("{", None).unwrap_err().contains("host.json"));
    }

    #[test]
    fn the_environment_wins() {
        assert_eq!(opened(&host_json(r#""Anonymous""#), Some("System")), Ok(false));
        assert_eq!(opened("{}", Some("Anonymous")), Ok(true));
    }
}
