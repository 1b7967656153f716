//! The process of the worker: it opens the stream, and answers until the host or the stream ends.

use super::Start;
use super::calls::CallLimits;
use super::conversation::{Conversation, End};
use super::joins::Joins;
use super::requests::{HttpWay, Requests};
use super::stream::{self, Outgoing};
use crate::app::{App, Error};
use crate::hosted::{FAILED, HostedApp, Life, UNPROTECTED};
use mcp_trigger_core::http::{self, Peer};
use mcp_trigger_core::{task, telemetry};
use std::net::Ipv4Addr;
use std::pin::pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// Serves the host until it ends the worker.
pub(crate) async fn run(app: App, start: Start) -> ExitCode {
    match serve(app, start).await {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("{}", telemetry::lines(&format!("error: {error}")));
            ExitCode::from(FAILED)
        }
    }
}

async fn serve(app: App, start: Start) -> Result<u8, Error> {
    let life = Life::begin();
    let body_limit = app.body_limit;
    let (app, setup) = HostedApp::prepare(app)?;
    let limits = CallLimits { body_limit, refusal: app.is_unprotected.then_some(UNPROTECTED) };
    let failed = |error| Error::Bind {
        address: "127.0.0.1".to_owned(),
        source: error,
        advice: "the Functions host hands requests for /mcp on to a port of this program",
    };
    let listener = http::listen((Ipv4Addr::LOCALHOST, 0).into()).map_err(failed)?;
    let joins = Arc::new(Joins::default());
    let way = HttpWay {
        mcp: Arc::clone(&app.mcp),
        joins: Arc::clone(&joins),
        address: listener.local_addr().map_err(failed)?,
    };
    let requests = Requests { mcp: Arc::clone(&app.mcp), joins, refusal: limits.refusal };
    // It serves until the process ends: requests are told of the end with their invocations.
    task::spawn(http::serve(listener, Peer::Host, Arc::new(requests), std::future::pending()));
    let unreachable = |why: String| {
        Error::Environment(format!(
            "the Functions host cannot be reached at {}: {why}; the host chose the address when it started this program",
            start.authority
        ))
    };
    let (outgoing, queue) = Outgoing::new(start.message_limit);
    outgoing.send_start(&start);
    let opening = async {
        let stream = tokio::net::TcpStream::connect(&start.authority).await.map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        stream::open(stream, &start.authority, queue).await
    };
    let mut ended = pin!(life.ended());
    let opened = tokio::select! {
        opened = timeout(OPENING, opening) => opened.unwrap_or_else(|_| Err(format!("no stream within {OPENING:?}"))),
        code = &mut ended => return Ok(code),
    };
    let incoming = opened.map_err(unreachable)?;
    let functions = Arc::clone(&app.functions);
    let conversation = Conversation::new(functions, outgoing, limits, way).serve(incoming, start.message_limit, ended);
    app.warn_of_clients();
    let end = tokio::select! {
        Err(error) = setup => return Err(error),
        end = conversation => end,
    };
    Ok(match end {
        End::Done => 0,
        End::Told(code) => code,
        End::CallsLeft => {
            tracing::error!("the Functions host ends the app, and calls are left that took longer than it waits");
            FAILED
        }
        // Not 0: the calls that the host has sent would wait for their time limit (ground-truth.md §11).
        End::Lost(why) => {
            tracing::error!("the stream to the Functions host is lost: {why}");
            FAILED
        }
    })
}

/// How long the host may take to open the stream. It waits 60 s for the worker itself.
const OPENING: Duration = Duration::from_secs(30);
