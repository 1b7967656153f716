//! `serve`: the app as its own local host.

use super::interruption::Interruption;
use super::usage::Usage;
use super::{output, storage};
use crate::app::{App, Error, Server};
use crate::function::Kind;
use crate::local::{InProcess, LocalHost};
use crate::registry::Registry;
use crate::{function_json, local, shutdown};
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
    arguments: " [--port PORT] [--address IP] [--storage DIR]",
    summary: "Serves the tools on this machine (what happens without a command)",
    options: &["port", "address", "storage", "help"],
    details: "
  -p, --port PORT   Where to listen; 7071 if nothing is said, as with `func`; 0 for any port that is free
  --address IP      Which address to listen on; 127.0.0.1 if nothing is said
  --storage DIR     Where blobs and queue messages of bindings are files, instead of in the storage account
                    that AzureWebJobsStorage names; without either, mcp-trigger-storage in the target directory

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
}

impl Default for Serve {
    fn default() -> Self {
        Serve { address: Ipv4Addr::LOCALHOST.into(), port: 7071, storage: None }
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
        let (functions, setup) = app.prepare()?;
        let files = function_json::of_functions(&functions.registry).map_err(Error::Functions)?;
        let host = LocalHost::new(files, Arc::new(InProcess(Arc::clone(&functions)))).body_limit(body_limit);
        let (mut host, storages) = storage::set_up(host, self.storage, &|name| std::env::var(name).ok())?;
        tokio::select! {
            ready = setup => ready?,
            () = interruption.wait() => return Ok(ExitCode::SUCCESS),
        }

        output::print(&banner(address, server.as_ref(), &storages, &functions.registry));
        if !address.ip().to_canonical().is_loopback() {
            output::complain(&format!(
                "warning: everybody who reaches {address} can call the tools: there are no keys here yet"
            ));
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

/// What a user needs next: the addresses, something to paste, and what is there.
fn banner(address: SocketAddr, server: Option<&Server>, storages: &[String], registry: &Registry) -> String {
    // Nobody can connect to "any address".
    let shown = match address.ip() {
        ip if ip.is_unspecified() && ip.is_ipv4() => SocketAddr::new(Ipv4Addr::LOCALHOST.into(), address.port()),
        ip if ip.is_unspecified() => SocketAddr::new(std::net::Ipv6Addr::LOCALHOST.into(), address.port()),
        _ => address,
    };
    let url = format!("http://{shown}{}", local::PATH);
    let name = server.map_or_else(super::usage::program, |server| server.name.clone());
    let config = serde_json::json!({ "servers": { name: { "type": "http", "url": url } } });
    let mut text = String::new();
    let _ = writeln!(text, "MCP endpoint  {url}");
    let _ = writeln!(text, "MCP server    http://{shown}/mcp (in a later version)");
    for storage in storages {
        let _ = writeln!(text, "Storage       {storage}");
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

    #[test]
    fn the_banner_says_where_and_what() {
        let server = Server { name: "greeter".to_owned(), version: "1".to_owned() };
        let registry = Registry::new([&HELLO].into_iter());
        let text = banner(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 8080), Some(&server), &[], &registry);
        insta::assert_snapshot!(text, @r#"
        MCP endpoint  http://127.0.0.1:8080/runtime/webhooks/mcp
        MCP server    http://127.0.0.1:8080/mcp (in a later version)

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
        let text =
            banner(SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 8080), None, &["a folder".to_owned()], &registry);
        assert!(text.contains("\nStorage       a folder\n\n"), "{text}");
    }

    #[tokio::test]
    async fn a_busy_port_is_named_with_the_option() {
        let listener = bind(Ipv4Addr::LOCALHOST.into(), 0).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let message = bind(Ipv4Addr::LOCALHOST.into(), port).await.unwrap_err().to_string();
        assert!(message.contains(&format!("127.0.0.1:{port}")) && message.contains("--port"), "{message}");
    }
}
