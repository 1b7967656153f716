//! `serve`: the app as its own local host.

use crate::app::{App, Error, Server};
use crate::local::{InProcess, LocalHost};
use crate::{function_json, local};
use std::fmt::Write as _;
use std::io::Write as _;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tokio::net::TcpListener;

/// Serves the app until it is interrupted.
pub(crate) async fn run(app: App, address: IpAddr, port: u16) -> Result<(), Error> {
    let listener = bind(address, port).await?;
    let (server, instructions, body_limit) = (app.server.clone(), app.instructions.clone(), app.body_limit);
    let (functions, setup) = app.prepare()?;
    let files: Result<Vec<_>, _> = functions
        .registry
        .tools()
        .map(|tool| function_json::of_tool(tool).map(|file| (tool.function.to_owned(), file)))
        .collect();
    let files = files.map_err(|problem| Error::Functions(vec![problem]))?;
    setup.await?;

    let names: Vec<_> = functions.registry.tools().map(|tool| (tool.name, tool.description)).collect();
    print(&banner(listener.local_addr().map_err(bound)?, server.as_ref(), &names));
    let mut host = LocalHost::new(files, Arc::new(InProcess(functions))).body_limit(body_limit);
    if let Some(Server { name, version }) = server {
        host = host.server(name, version);
    }
    if let Some(instructions) = instructions {
        host = host.instructions(instructions);
    }
    host.serve(listener, interrupted()).await.map_err(bound)
}

async fn bind(address: IpAddr, port: u16) -> Result<TcpListener, Error> {
    TcpListener::bind((address, port)).await.map_err(|error| Error::Bind {
        address: SocketAddr::new(address, port).to_string(),
        error,
        advice: "end the process that uses the port, or choose another with --port",
    })
}

fn bound(error: std::io::Error) -> Error {
    Error::Bind { address: "the port".to_owned(), error, advice: "try again" }
}

/// What a user needs next: the addresses, something to paste, and what is there.
fn banner(address: SocketAddr, server: Option<&Server>, tools: &[(&str, &str)]) -> String {
    let shown =
        if address.ip().is_unspecified() { SocketAddr::new([127, 0, 0, 1].into(), address.port()) } else { address };
    let name = server.map_or("my-functions", |server| server.name.as_str());
    let config = serde_json::json!({
        "servers": { name: { "type": "http", "url": format!("http://{shown}{}", local::PATH) } }
    });
    let mut text = String::new();
    let _ = writeln!(text, "MCP endpoint  http://{shown}{}", local::PATH);
    let _ = writeln!(text, "MCP server    http://{shown}/mcp (in a later version)");
    let _ = writeln!(text, "\n.vscode/mcp.json:\n{config:#}\n");
    let width = tools.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let _ = writeln!(text, "{} tools:", tools.len());
    for (name, description) in tools {
        let _ = writeln!(text, "  {name:width$}  {}", description.lines().next().unwrap_or_default());
    }
    let _ = writeln!(text, "\nCtrl-C stops it.");
    text
}

/// A closed standard output is no reason to stop.
fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Waits for Ctrl-C, or to be terminated.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
