//! The process of the worker: it opens the stream, and answers until the host or the stream ends.

use super::Start;
use super::conversation::{Conversation, End};
use super::stream::{self, Outgoing};
use crate::app::{App, Error};
use crate::hosted::{FAILED, HostedApp, Life};
use mcp_trigger_core::telemetry;
use std::process::ExitCode;
use std::sync::Arc;

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
    let (app, setup) = HostedApp::prepare(app)?;
    let stream = tokio::net::TcpStream::connect(&start.authority).await;
    let opened = match stream {
        Ok(stream) => stream.set_nodelay(true).map(|()| stream),
        Err(error) => Err(error),
    };
    let unreachable = |why: String| {
        Error::Environment(format!(
            "the Functions host cannot be reached at {}: {why}; the host chose the address when it started this program",
            start.authority
        ))
    };
    let stream = opened.map_err(|error| unreachable(error.to_string()))?;
    let (outgoing, queue) = Outgoing::new(start.message_limit);
    outgoing.send_start(&start).await;
    let incoming = stream::open(stream, &start.authority, queue).await.map_err(unreachable)?;
    let functions = Arc::clone(&app.functions);
    let conversation = Conversation::new(functions, outgoing).serve(incoming, start.message_limit);
    app.warn_of_clients();
    tokio::select! {
        Err(error) = setup => Err(error),
        code = life.ended() => {
            HostedApp::begin_end();
            Ok(code)
        }
        end = conversation => Ok(match end {
            // The host has ended the worker, and all calls are answered.
            End::Done => 0,
            End::CallsLeft => FAILED,
            End::Lost(why) => {
                tracing::error!("the stream to the Functions host is lost: {why}");
                FAILED
            }
        }),
    }
}
