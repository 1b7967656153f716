//! The common parts of `serve` and `host`: the address, the keys, the storage, and the end.

use super::banner::Banner;
use super::keys::KeyGate;
use super::sign_in::{self, Person, TestSignIn};
use super::usage::Usage;
use super::{output, storage};
use crate::app::{Authentication, Error};
use crate::function::shutdown;
use crate::hosted::Interruption;
use host_protocol::FunctionJson;
use lexopt::Parser;
use local_host::{AppError, LocalHost, PORT, Settings};
use mcp_trigger_core::auth::Gate;
#[cfg(feature = "auth")]
use mcp_trigger_core::auth::TokenValidation;
use mcp_trigger_core::http;
use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// The exit code after a second Ctrl-C: 128 + the number of the signal, as in shells.
const INTERRUPTED: u8 = 130;

/// The mistake of two issuers.
const TWO_ISSUERS: &str = "`--auth entra` and `--auth test-user` name two issuers of tokens: choose one";

/// The options of both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Listen {
    /// Default: `Host.LocalHttpAddress` of local.settings.json, else 127.0.0.1.
    pub(crate) address: Option<IpAddr>,
    /// Default: `Host.LocalHttpPort` of local.settings.json, else 7071.
    pub(crate) port: Option<u16>,
    /// The folder for blobs and messages.
    pub(crate) storage: Option<PathBuf>,
    /// Whether clients need a key.
    pub(crate) auth: bool,
    /// Whether clients need an access token.
    pub(crate) tokens: bool,
    /// Who signs in at the test identity provider. Empty: there is no such provider.
    pub(crate) people: Vec<Person>,
    /// The file with the keys.
    pub(crate) keys: Option<PathBuf>,
    /// Whether everybody who reaches the address may call the functions, where other machines reach it.
    pub(crate) open: bool,
    /// Whether the output at the start has the key for clients, also where it is not a terminal.
    pub(crate) show_key: bool,
    /// Whether the output at the start is JSON.
    pub(crate) json: bool,
}

/// The text of `--help` about these options.
macro_rules! options_help {
    () => {
        "
  -p, --port PORT   Where to listen; 0 for any port that is free. Default: Host.LocalHttpPort of local.settings.json,
                    else 7071
  --address IP      Which address to listen on. Default: Host.LocalHttpAddress of local.settings.json, else 127.0.0.1
  --storage DIR     Where blobs and queue messages of bindings are files, instead of in the storage account
                    that AzureWebJobsStorage names; without either, and without Azurite where that is
                    UseDevelopmentStorage=true, mcp-trigger-storage in the target directory
  --auth [keys]     Asks clients for a key, as the Functions host does in Azure; the command `keys` shows them
  --auth entra      Asks clients for an access token, as App Service authentication does in Azure; the settings
                    WEBSITE_AUTH_OPENID_ISSUER and WEBSITE_AUTH_CLIENT_ID say whose. Needs the feature `auth`
  --auth test-user [NAME]
                    The same with tokens of this program itself: the user signs in by a click, without an account. Once
                    for each user. On loopback only
  --auth test-agent [NAME]
                    The same for a program without a user: its client id is NAME, its secret `test-secret`
  --role ROLE       A role of the user or agent that was named last; once for each role
  --scope SCOPE     A scope of the user that was named last. Default: those that the app asks all for
  --keys FILE       The same, with the keys in this file; it is made if it is not there
  --show-key        Prints the key for clients also where stdout is not a terminal
  --open            Lets everybody in who reaches an address of other machines; without it such an address needs --auth
  --json            Says what is there as one line of JSON on stdout, and logs to stderr
"
    };
}
pub(super) use options_help;

impl Listen {
    /// Takes an argument if it is one of these options.
    pub(super) fn take(&mut self, option: &str, usage: &Usage, parser: &mut Parser) -> Result<bool, Error> {
        match option {
            "port" => self.port = Some(usage.value(parser, "--port", "a number from 0 to 65535")?),
            "address" => self.address = Some(usage.value(parser, "--address", "an IP address such as 127.0.0.1")?),
            "storage" => self.storage = Some(usage.value(parser, "--storage", "a folder")?),
            "auth" => match word(parser)?.as_deref() {
                None | Some("keys") => self.auth = true,
                Some("entra") if self.people.is_empty() => self.tokens = true,
                Some(sign_in::USER | sign_in::AGENT) if self.tokens && self.people.is_empty() => {
                    return Err(usage.error(TWO_ISSUERS));
                }
                Some("entra") => return Err(usage.error(TWO_ISSUERS)),
                Some(kind @ (sign_in::USER | sign_in::AGENT)) => {
                    self.tokens = true;
                    self.people.push(Person::new(kind, word(parser)?));
                }
                Some(other) => {
                    let message = format!(
                        "`--auth` wants `keys`, `entra`, `test-user` or `test-agent` after it, or nothing, and `{other}` is none of \
                         them"
                    );
                    return Err(usage.error(&message));
                }
            },
            "role" | "scope" => {
                let value = usage.value(parser, &format!("--{option}"), "a name")?;
                let named = self.people.last_mut().ok_or("there is no user before it: begin with `--auth test-user`");
                let added = named.and_then(|person| person.add(option, value));
                added.map_err(|why| usage.error(&format!("`--{option}`: {why}")))?;
            }
            // A file of keys implies `--auth`.
            "keys" => {
                self.keys = Some(usage.value(parser, "--keys", "a file")?);
                self.auth = true;
            }
            "open" => self.open = true,
            "show-key" => self.show_key = true,
            "json" => self.json = true,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Where to listen: as the command line says, else as local.settings.json does.
    fn at(&self, settings: &Settings) -> SocketAddr {
        let address = self.address.or(settings.address()).unwrap_or(Ipv4Addr::LOCALHOST.into());
        SocketAddr::new(address, self.port.or(settings.port()).unwrap_or(PORT))
    }

    /// Listens, and tells at which address.
    ///
    /// # Errors
    ///
    /// If other machines would reach an address that nothing protects, or the program cannot listen there.
    pub(super) fn bind(&self, settings: &Settings) -> Result<(TcpListener, SocketAddr), Error> {
        let address = self.at(settings);
        if !self.people.is_empty() && is_reached_by_others(address) {
            return Err(Error::Usage(format!(
                "other machines reach {address}, and everybody could sign in there as a test user: use `--auth entra`, or an address such \
                 as 127.0.0.1"
            )));
        }
        if is_reached_by_others(address) && !self.auth && !self.tokens && !self.open {
            let file =
                if self.address.is_none() { ", which Host.LocalHttpAddress of local.settings.json names" } else { "" };
            return Err(Error::Usage(format!(
                "other machines reach {address}{file}, and nothing would protect the functions there: `--auth` asks clients for a \
                 key, `--open` lets everybody call them"
            )));
        }
        let bound = http::listen(address).and_then(|listener| {
            let address = listener.local_addr()?;
            Ok((listener, address))
        });
        bound.map_err(|error| {
            let named = self.port.is_none() && settings.port().is_some();
            let file = if named { ", which Host.LocalHttpPort of local.settings.json names" } else { "" };
            failed(&format!("{address}{file}"), error)
        })
    }

    /// The gate that asks for access tokens, if it is wanted: for the tokens that the settings name.
    ///
    /// # Errors
    ///
    /// If a setting is missing or wrong.
    pub(super) fn gate(&self, settings: &Settings) -> Result<Option<Arc<Gate>>, Error> {
        if !self.tokens || !self.people.is_empty() {
            return Ok(None);
        }
        #[cfg(feature = "auth")]
        {
            let validation = TokenValidation::from_settings(&|name| settings.get(name)).map_err(Error::Environment)?;
            Ok(Some(Arc::new(Gate::new(validation, None).map_err(Error::Environment)?)))
        }
        #[cfg(not(feature = "auth"))]
        {
            let _ = settings;
            Err(sign_in::without_feature("entra"))
        }
    }

    /// The test identity provider at an address, and the gate for its tokens, if they are wanted. `authentication` is the app's own,
    /// whose scopes are wanted here, too.
    ///
    /// # Errors
    ///
    /// If the provider cannot be at the address.
    pub(super) fn test_sign_in(
        &self,
        address: SocketAddr,
        authentication: Option<&Authentication>,
        settings: &Settings,
    ) -> Result<Option<TestSignIn>, Error> {
        let wanted =
            (!self.people.is_empty()).then(|| TestSignIn::new(&self.people, address, authentication, settings));
        wanted.transpose()
    }

    /// Gives a host its storages and keys. `opens_endpoint` tells whether host.json opens the endpoint in spite of the keys.
    pub(super) fn set_up(
        &self,
        host: LocalHost,
        functions: &[(String, FunctionJson)],
        opens_endpoint: impl FnOnce() -> Result<bool, AppError>,
        settings: &Settings,
    ) -> Result<SetUp, Error> {
        let (host, storages) = storage::set_up(host, self.storage.clone(), settings)?;
        let is_open = || opens_endpoint().map_err(|error| Error::Environment(error.to_string()));
        let gate = self.auth.then(|| KeyGate::new(self.keys.clone(), functions, is_open()?)).transpose()?;
        let host = match &gate {
            Some(gate) => gate.put_on(host),
            None => host,
        };
        Ok(SetUp { host, storages, gate })
    }

    /// Whether the output at the start has the key for clients. What is not a terminal is a file often, or the log of somebody else.
    pub(super) fn shows_key(&self) -> bool {
        self.show_key || output::is_terminal()
    }

    /// Prints the banner.
    pub(super) fn announce(&self, banner: &Banner<'_>) {
        output::print(&if self.json { format!("{}\n", banner.to_json()) } else { banner.to_string() });
        if let Some(protection) = protection(banner.address, banner.gate, &banner.issuers) {
            output::complain(&protection);
        }
    }

    /// Answers until it is interrupted or `end` comes.
    pub(super) async fn serve(
        &self,
        (listener, address): (TcpListener, SocketAddr),
        host: LocalHost,
        interruption: &mut Interruption,
        end: impl Future<Output = ()>,
    ) -> Result<Ended, Error> {
        let stop = Notify::new();
        let mut ended = Ended::Interrupted;
        tokio::select! {
            served = host.serve(listener, stop.notified()) => served.map_err(|error| failed(&address.to_string(), error))?,
            // Running calls may finish, until a second Ctrl-C.
            () = async {
                tokio::select! {
                    () = interruption.wait() => shutdown::begin(),
                    () = end => ended = Ended::ByItself,
                }
                stop.notify_one();
                interruption.wait().await;
            } => return Ok(Ended::InterruptedTwice),
        }
        Ok(ended)
    }
}

/// The error of an address at which the program cannot listen.
pub(super) fn failed(address: &str, error: io::Error) -> Error {
    let advice = match error.kind() {
        ErrorKind::AddrNotAvailable => "this machine has no such address; choose one that it has with --address",
        ErrorKind::PermissionDenied => "choose a port from 1024 on with --port",
        _ => "end the process that uses the port, or choose another with --port",
    };
    Error::Bind { address: address.to_owned(), source: error, advice }
}

/// A local host, and the banner that describes it.
pub(super) struct SetUp {
    pub(crate) host: LocalHost,
    pub(crate) storages: Vec<String>,
    pub(crate) gate: Option<KeyGate>,
}

/// The reason why a host stopped answering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Interrupted,
    InterruptedTwice,
    /// The event `end` came.
    ByItself,
}

impl From<Ended> for ExitCode {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Interrupted => ExitCode::SUCCESS,
            Ended::InterruptedTwice => ExitCode::from(INTERRUPTED),
            Ended::ByItself => ExitCode::FAILURE,
        }
    }
}

/// The word after an option that may stand alone: `--auth entra` and `--auth=entra`. The commands have no arguments but options.
fn word(parser: &mut Parser) -> Result<Option<String>, Error> {
    let text = |word: &OsStr| word.to_string_lossy().into_owned();
    if let Some(word) = parser.optional_value() {
        return Ok(Some(text(&word)));
    }
    let Some(mut rest) = parser.try_raw_args() else { return Ok(None) };
    Ok(rest.next_if(|word| !word.to_string_lossy().starts_with('-')).map(|word| text(&word)))
}

/// Whether other machines reach an address.
fn is_reached_by_others(address: SocketAddr) -> bool {
    !address.ip().to_canonical().is_loopback()
}

/// What protects the functions at an address that other machines reach.
fn protection(address: SocketAddr, gate: Option<&KeyGate>, issuers: &[String]) -> Option<String> {
    if !is_reached_by_others(address) {
        return None;
    }
    if !issuers.is_empty() {
        return Some(format!("other machines reach {address}; they need an access token of {}", issuers.join(" or ")));
    }
    Some(match gate {
        Some(gate) if !gate.is_open => format!("other machines reach {address}; they need a key of {}", gate.file),
        Some(gate) => format!(
            "warning: everybody who reaches {address} can call the tools: webhookAuthorizationLevel is `Anonymous`; `System` asks \
             for a key of {}",
            gate.file
        ),
        None => format!("warning: everybody who reaches {address} can call the tools: `--auth` asks for a key"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::local::keys::tests::gate;
    use crate::cli::local::settings::tests::settings;

    #[test]
    fn what_protects_an_address_that_others_reach_is_said() {
        let protection = |address: &str, gate: Option<&KeyGate>| super::protection(address.parse().unwrap(), gate, &[]);
        assert_eq!(protection("127.0.0.1:1", None), None);
        assert_eq!(protection("[::1]:1", Some(&gate(false))), None);
        let keys = protection("0.0.0.0:1", Some(&gate(false))).unwrap();
        assert!(keys.contains("a key of keys.json") && !keys.contains("warning"), "{keys}");
        assert!(protection("0.0.0.0:1", None).unwrap().contains("everybody who reaches 0.0.0.0:1"));
        assert!(protection("[::]:1", Some(&gate(true))).unwrap().contains("Anonymous"));
        let tokens =
            super::protection("0.0.0.0:1".parse().unwrap(), None, &["https://login.example".to_owned()]).unwrap();
        assert!(
            tokens.contains("a token of https://login.example")
                || tokens.contains("an access token of https://login.example"),
            "{tokens}"
        );
    }

    #[tokio::test]
    async fn an_address_that_others_reach_needs_keys_or_the_word() {
        let none = Settings::default();
        let file = settings(&[], Some(r#"{"Host": {"LocalHttpAddress": "0.0.0.0"}}"#));
        let everywhere = || Listen { port: Some(0), address: Some(Ipv4Addr::UNSPECIFIED.into()), ..Listen::default() };
        for (listen, settings) in [(everywhere(), &none), (Listen { address: None, ..everywhere() }, &file)] {
            let error = listen.bind(settings).unwrap_err();
            let message = error.to_string();
            assert!(message.contains("`--auth`") && message.contains("`--open`"), "{message}");
            assert_eq!((error.exit_code(), message.contains("Host.LocalHttpAddress")), (2, listen.address.is_none()));
        }
    }

    /// `--open` is no way around it: everybody would be somebody.
    #[tokio::test]
    async fn test_users_sign_in_on_loopback_only() {
        let file = settings(&[], Some(r#"{"Host": {"LocalHttpAddress": "0.0.0.0"}}"#));
        let people = vec![Person::new(sign_in::USER, None)];
        let listen = Listen { port: Some(0), tokens: true, open: true, people, ..Listen::default() };
        let message = listen.bind(&file).unwrap_err().to_string();
        assert!(message.contains("everybody could sign in"), "{message}");
        assert!(listen.bind(&Settings::default()).is_ok());
    }

    #[test]
    fn the_command_line_wins_over_the_file() {
        let file = r#"{"Host": {"LocalHttpPort": 7072, "LocalHttpAddress": "::1"}}"#;
        let at = |listen: Listen, file| listen.at(&settings(&[], file)).to_string();
        assert_eq!(at(Listen::default(), None), "127.0.0.1:7071");
        assert_eq!(at(Listen::default(), Some(file)), "[::1]:7072");
        let said = Listen { port: Some(0), address: Some(Ipv4Addr::LOCALHOST.into()), ..Listen::default() };
        assert_eq!(at(said, Some(file)), "127.0.0.1:0");
    }

    #[tokio::test]
    async fn a_busy_port_is_named_with_the_option() {
        let none = Settings::default();
        let (_listener, address) = Listen { port: Some(0), ..Listen::default() }.bind(&none).unwrap();
        let port = address.port();
        let message = Listen { port: Some(port), ..Listen::default() }.bind(&none).unwrap_err().to_string();
        assert!(message.contains(&format!("127.0.0.1:{port}")) && message.contains("--port"), "{message}");
        let file = format!(r#"{{"Host": {{"LocalHttpPort": {port}}}}}"#);
        let message = Listen::default().bind(&settings(&[], Some(&file))).unwrap_err().to_string();
        assert!(message.contains("Host.LocalHttpPort"), "{message}");
    }
}
