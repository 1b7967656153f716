//! The process of the handler: it opens the port that the host chose, and serves until its life ends.

use super::access;
use super::routes::Routes;
use super::service::Handler;
use crate::app::{App, Error};
use crate::function::principal::Trust;
use crate::hosted::{FAILED, HostedApp, Life};
use mcp_trigger_core::http::{self, Peer};
use mcp_trigger_core::{task, telemetry};
use std::net::Ipv4Addr;
use std::process::ExitCode;
use std::sync::Arc;

/// Serves the host on `port` until it goes; `invocations` is whether the host may call functions.
pub(crate) async fn run(app: App, port: u16, invocations: bool) -> ExitCode {
    let code = match serve(app, port, invocations).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{}", telemetry::lines(&format!("error: {error}")));
            FAILED
        }
    };
    ExitCode::from(code)
}

async fn serve(app: App, port: u16, invocations: bool) -> Result<u8, Error> {
    let life = Life::begin();
    // The port first: the host waits for it, and calls wait for everything else.
    let listener = http::listen((Ipv4Addr::LOCALHOST, port).into()).map_err(|error| Error::Bind {
        address: format!("127.0.0.1:{port}"),
        source: error,
        advice: "the Functions host chose it with FUNCTIONS_CUSTOMHANDLER_PORT",
    })?;
    let body_limit = app.body_limit;
    let (app, setup) = HostedApp::prepare(app)?;
    let handler = Arc::new(Handler {
        functions: Arc::clone(&app.functions),
        mcp: Arc::clone(&app.mcp),
        authority: format!("127.0.0.1:{port}"),
        body_limit,
        invocations,
        is_unprotected: app.is_unprotected,
        routes: Routes::default(),
    });
    if invocations {
        let handler = Arc::clone(&handler);
        task::spawn(async move { handler.open_route().await.map_or((), drop) });
    }
    let (ended, mut end) = tokio::sync::watch::channel(());
    let server = task::spawn(http::serve(listener, Peer::Host, handler, async move {
        let _ = end.changed().await;
    }));
    app.warn_of_clients();
    if invocations {
        access::warn(app.is_built_in, app.functions.trust == Trust::Believed);
    }
    let code = tokio::select! {
        Err(error) = setup => return Err(error),
        code = life.ended() => code,
    };
    HostedApp::begin_end();
    drop(ended);
    let _ = server.await;
    app.mcp.ended().await;
    Ok(code)
}
