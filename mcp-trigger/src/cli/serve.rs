//! `serve`: the app as its own local host.

use super::interruption::Interruption;
use super::keys::Lock;
use super::usage::Usage;
use super::{output, storage};
use crate::app::{App, Error, Server};
use crate::function::Kind;
use crate::local::{InProcess, LocalHost};
use crate::registry::Registry;
use crate::server::{McpServer, SessionLimits};
use crate::{function_json, local, server as mcp_server, shutdown};
use lexopt::{Arg, Parser};
use std::fmt::Write as _;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Notify;

pub(super) const USAGE: Usage = Usage {
    command: "serve",
    arguments: " [--port PORT] [--address IP] [--storage DIR] [--auth] [--keys FILE]",
    summary: "Serves the tools on this machine (what happens without a command)",
    options: &["port", "address", "storage", "auth", "keys", "help"],
    details: "
  -p, --port PORT   Where to listen; 7071 if nothing is said, as with `func`; 0 for any port that is free
  --address IP      Which address to listen on; 127.0.0.1 if nothing is said
  --storage DIR     Where blobs and queue messages of bindings are files, instead of in the storage account
                    that AzureWebJobsStorage names; without either, mcp-trigger-storage in the target directory
  --auth            Asks clients for a key, as the Functions host does in Azure; the command `keys` shows them
  --keys FILE       The same, with the keys in this file; it is made if it is not there

Nothing else is needed: no Functions host, no account. Ctrl-C stops it.
",
};

/// What a second Ctrl-C ends the program with: 128 + the number of the signal, as a shell would say it.
const INTERRUPTED: u8 = 130;

/// `serve`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Serve {
    pub(super) address: IpAddr,
    pub(super) port: u16,
    /// The folder for blobs and messages.
    pub(super) storage: Option<PathBuf>,
    /// Whether clients need a key.
    pub(super) auth: bool,
    /// The file with the keys.
    pub(super) keys: Option<PathBuf>,
}

impl Default for Serve {
    fn default() -> Self {
        Serve { address: Ipv4Addr::LOCALHOST.into(), port: 7071, storage: None, auth: false, keys: None }
    }
}

impl Serve {
    /// Its options; `None` if help is wanted.
    pub(super) fn read(parser: &mut Parser) -> Result<Option<Self>, Error> {
        let mut serve = Serve::default();
        while let Some(argument) = USAGE.next(parser)? {
            match argument {
                Arg::Short('p') | Arg::Long("port") => {
                    serve.port = USAGE.value(parser, "--port", "a number from 0 to 65535")?;
                }
                Arg::Long("address") => {
                    serve.address = USAGE.value(parser, "--address", "an IP address such as 127.0.0.1")?;
                }
                Arg::Long("storage") => serve.storage = Some(USAGE.value(parser, "--storage", "a folder")?),
                Arg::Long("auth") => serve.auth = true,
                // Whoever names keys wants them to be asked for.
                Arg::Long("keys") => {
                    serve.keys = Some(USAGE.value(parser, "--keys", "a file")?);
                    serve.auth = true;
                }
                Arg::Short('h') | Arg::Long("help") => return Ok(None),
                other => return Err(USAGE.unexpected(other)),
            }
        }
        Ok(Some(serve))
    }

    /// Serves until it is interrupted.
    pub(super) async fn run(self, app: App) -> Result<ExitCode, Error> {
        let listener = bind(self.address, self.port).await?;
        let mut interruption = Interruption::new();
        let address = listener.local_addr().map_err(|error| failed(SocketAddr::new(self.address, self.port), error))?;
        let (server, instructions, body_limit) = (app.server.clone(), app.instructions.clone(), app.body_limit);
        let settings = app.mcp_settings(Some(SessionLimits::default()));
        let (functions, setup) = app.prepare()?;
        let files = function_json::of_functions(&functions.registry).map_err(Error::Functions)?;
        let host = LocalHost::new(files, Arc::new(InProcess(Arc::clone(&functions)))).body_limit(body_limit);
        let host = host.mcp_server(McpServer::new(Arc::clone(&functions), settings));
        let setting = |name: &str| std::env::var(name).ok();
        let (mut host, storages) = storage::set_up(host, self.storage, &setting)?;
        let lock = self.auth.then(|| Lock::new(self.keys, &setting)).transpose()?;
        if let Some(lock) = &lock {
            host = lock.put_on(host);
        }
        tokio::select! {
            ready = setup => ready?,
            () = interruption.wait() => return Ok(ExitCode::SUCCESS),
        }

        output::print(&banner(address, server.as_ref(), &storages, lock.as_ref(), &functions.registry));
        if let Some(warning) = warning(address, lock.as_ref()) {
            output::complain(&warning);
        }
        if let Some(Server { name, version }) = server {
            host = host.server(name, version);
        }
        if let Some(instructions) = instructions {
            host = host.instructions(instructions);
        }
        let stop = Notify::new();
        tokio::select! {
            served = host.serve(listener, stop.notified()) => served.map_err(|error| failed(address, error))?,
            // Calls under way may finish, unless they are too long for whoever waits.
            () = async { interruption.wait().await; shutdown::begin(); stop.notify_one(); interruption.wait().await } => {
                return Ok(ExitCode::from(INTERRUPTED));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn bind(address: IpAddr, port: u16) -> Result<TcpListener, Error> {
    TcpListener::bind((address, port)).await.map_err(|error| failed(SocketAddr::new(address, port), error))
}

fn failed(address: SocketAddr, error: io::Error) -> Error {
    let advice = match error.kind() {
        ErrorKind::AddrNotAvailable => "this machine has no such address; choose one that it has with --address",
        ErrorKind::PermissionDenied => "choose a port from 1024 on with --port",
        _ => "end the process that uses the port, or choose another with --port",
    };
    Error::Bind { address: address.to_string(), error, advice }
}

/// What is said of an address that others reach.
fn warning(address: SocketAddr, lock: Option<&Lock>) -> Option<String> {
    let advice = match lock {
        _ if address.ip().to_canonical().is_loopback() => return None,
        Some(lock) if !lock.is_open => return None,
        Some(_) => "webhookAuthorizationLevel is `Anonymous`; `System` asks for a key",
        None => "`--auth` asks for a key",
    };
    Some(format!("warning: everybody who reaches {address} can call the tools: {advice}"))
}

/// What a user needs next: the addresses, something to paste, and what is there.
fn banner(
    address: SocketAddr,
    server: Option<&Server>,
    storages: &[String],
    lock: Option<&Lock>,
    registry: &Registry,
) -> String {
    // Nobody can connect to "any address".
    let shown = match address.ip() {
        ip if ip.is_unspecified() && ip.is_ipv4() => SocketAddr::new(Ipv4Addr::LOCALHOST.into(), address.port()),
        ip if ip.is_unspecified() => SocketAddr::new(std::net::Ipv6Addr::LOCALHOST.into(), address.port()),
        _ => address,
    };
    let url = format!("http://{shown}{}", local::PATH);
    let name = server.map_or_else(super::usage::program, |server| server.name.clone());
    let mut entry = serde_json::json!({ "type": "http", "url": url });
    if let Some(key) = lock.and_then(Lock::client_key) {
        entry["headers"] = serde_json::json!({ "x-functions-key": key });
    }
    let config = serde_json::json!({ "servers": { name: entry } });
    let mut text = String::new();
    let _ = writeln!(text, "MCP endpoint  {url}");
    let _ = writeln!(text, "MCP server    http://{shown}{}", mcp_server::PATH);
    for storage in storages {
        let _ = writeln!(text, "Storage       {storage}");
    }
    if let Some(Lock { file, is_open, .. }) = lock {
        let exception = if *is_open { "; none for the endpoint: webhookAuthorizationLevel is `Anonymous`" } else { "" };
        let _ = writeln!(text, "Keys          {file}{exception}");
    }
    let _ = writeln!(text, "\n.vscode/mcp.json:\n{config:#}\n");
    text += &functions(registry);
    text += "\nCtrl-C stops it.\n";
    text
}

/// The functions by their kinds, each with the first line of what it says of itself.
fn functions(registry: &Registry) -> String {
    let mut text = String::new();
    for kind in ["tool", "resource", "prompt"] {
        let of_kind = registry.functions().filter(|function| function.kind.noun() == kind);
        let rows = of_kind.map(|function| {
            let name = match &function.kind {
                Kind::Resource(resource) => resource.uri,
                _ => function.client_name(),
            };
            [name.to_owned(), function.description.lines().next().unwrap_or_default().to_owned()]
        });
        let rows: Vec<_> = rows.collect();
        let _ = match rows.len() {
            0 => continue,
            1 => writeln!(text, "1 {kind}:"),
            count => writeln!(text, "{count} {kind}s:"),
        };
        text += &output::columns(&rows, "  ");
    }
    if text.is_empty() {
        text += "No functions: a package that has some is linked when the code names it, as in `use my_tools as _;`\n";
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::tests::HELLO;
    use crate::local::keys::Keys;

    #[test]
    fn the_banner_says_where_and_what() {
        let server = Server { name: "greeter".to_owned(), version: "1".to_owned() };
        let registry = Registry::new([&HELLO].into_iter());
        let text = banner(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 8080), Some(&server), &[], None, &registry);
        insta::assert_snapshot!(text, @r#"
        MCP endpoint  http://127.0.0.1:8080/runtime/webhooks/mcp
        MCP server    http://127.0.0.1:8080/mcp

        .vscode/mcp.json:
        {
          "servers": {
            "greeter": {
              "type": "http",
              "url": "http://127.0.0.1:8080/runtime/webhooks/mcp"
            }
          }
        }

        1 tool:
          hello  Says hello.

        Ctrl-C stops it.
        "#);
        let text = banner(
            SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 8080),
            None,
            &["a folder".to_owned()],
            None,
            &registry,
        );
        assert!(text.contains("\nStorage       a folder\n\n"), "{text}");
    }

    fn lock(is_open: bool) -> Lock {
        Lock { keys: Keys::new("m", "h", "s3cret"), file: "keys.json".to_owned(), is_open }
    }

    #[test]
    fn the_banner_has_the_key_where_one_is_asked_for() {
        let banner = |lock: &Lock| {
            let address = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 8080);
            banner(address, None, &[], Some(lock), &Registry::new([].into_iter()))
        };
        let text = banner(&lock(false));
        let config: serde_json::Value =
            serde_json::from_str(&text[text.find('{').unwrap()..=text.rfind('}').unwrap()]).unwrap();
        let servers = config["servers"].as_object().unwrap();
        assert_eq!(servers.values().next().unwrap()["headers"], serde_json::json!({ "x-functions-key": "s3cret" }));
        assert!(text.contains("\nKeys          keys.json\n"), "{text}");
        let text = banner(&lock(true));
        assert!(!text.contains("s3cret") && text.contains("`Anonymous`"), "{text}");
    }

    #[test]
    fn only_an_open_endpoint_that_others_reach_is_warned_of() {
        let warning = |address: &str, lock: Option<&Lock>| super::warning(address.parse().unwrap(), lock);
        assert_eq!(warning("127.0.0.1:1", None), None);
        assert_eq!(warning("0.0.0.0:1", Some(&lock(false))), None);
        assert!(warning("0.0.0.0:1", None).unwrap().contains("`--auth`"));
        assert!(warning("0.0.0.0:1", Some(&lock(true))).unwrap().contains("Anonymous"));
    }

    #[tokio::test]
    async fn a_busy_port_is_named_with_the_option() {
        let listener = bind(Ipv4Addr::LOCALHOST.into(), 0).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let message = bind(Ipv4Addr::LOCALHOST.into(), port).await.unwrap_err().to_string();
        assert!(message.contains(&format!("127.0.0.1:{port}")) && message.contains("--port"), "{message}");
    }
}
