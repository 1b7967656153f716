//! The server at `/mcp` without a listener, for the fuzz targets. Only `fuzz/run` and `cargo fuzz` set `cfg(fuzzing)`.

use crate::app::App;
use crate::server::{FunctionBindings, McpServer, SessionLimits};
use hyper::Request;
use hyper::body::Incoming;
use mcp_trigger_core::http::Response;
use std::net::Ipv4Addr;
use std::sync::Arc;

/// The server at `/mcp` of an app.
pub struct Server(Arc<McpServer>);

impl Server {
    /// The server of an app without blobs and queues, whose functions run where they are called.
    ///
    /// # Panics
    ///
    /// If the app cannot start.
    pub async fn start(mut app: App) -> Self {
        app.blocking_threads = None;
        let settings = app.mcp_settings(Some(SessionLimits::default())).expect("the settings are right");
        let (functions, setup) = app.prepare().expect("the functions go together");
        let bindings = FunctionBindings::of_settings(&functions.registry, &|_| None);
        setup.await.expect("the states can be set up");
        Server(Arc::new(McpServer::new(functions, bindings, settings)))
    }

    /// Answers a request.
    pub async fn respond(&self, request: Request<Incoming>) -> Response {
        self.0.respond(request, Ipv4Addr::LOCALHOST.into(), |_| None).await
    }

    /// Closes the streams that would not end by themselves, and waits for tasks.
    pub async fn end(&self) {
        self.0.end();
        self.0.ended().await;
    }
}
