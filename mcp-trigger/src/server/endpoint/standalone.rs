//! `GET /mcp`: the stream of a session that belongs to no request, and resumed streams (specification 2025-11-25:
//! `basic/transports`, "Listening for Messages from the Server", "Resumability and Redelivery").

use super::accounting;
use crate::server::McpServer;
use crate::server::message::json_rpc;
use crate::server::revision::request::RequestHead;
use crate::server::session::{Resumed, STANDALONE, Session};
use crate::server::transport::Connection;
use crate::server::transport::response::{self, refusal};
use hyper::StatusCode;
use hyper::header::HeaderName;
use mcp_trigger_core::accounts::Resource;
use mcp_trigger_core::http::{self, Body, Response};
use mcp_trigger_core::mcp::caller::SESSION_ID;
use mcp_trigger_core::task;
use std::sync::Arc;

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

impl McpServer {
    /// Opens a stream, or resumes one. `streams` tells whether the client accepts events.
    pub(in crate::server) fn get(self: &Arc<Self>, head: &RequestHead, streams: bool) -> Response {
        if self.sessions.is_none() {
            return self.method_not_allowed();
        }
        if !streams {
            let message = "Not Acceptable: the client has to accept text/event-stream";
            return refusal(StatusCode::NOT_ACCEPTABLE, message);
        }
        let session = match self.session(head) {
            Ok(Some(session)) => session,
            Ok(None) => return refusal(StatusCode::BAD_REQUEST, &format!("the header {SESSION_ID} is missing")),
            Err(response) => return response,
        };
        session.set_used();
        let charge = match session.account.take(Resource::Streams, 1) {
            Ok(charge) => charge,
            Err(full) => return accounting::refused(None, full),
        };
        let last_event = head.headers.get(LAST_EVENT_ID).filter(|_| session.revision.has_event_ids());
        let Some(last_event) = last_event else {
            return match session.streams.open_standalone(charge) {
                Some((connection, body)) => self.stand_by(session, connection, body),
                None => refusal(StatusCode::CONFLICT, "the session has a stream already, and can have no second one"),
            };
        };
        match session.streams.resume(last_event.to_str().unwrap_or_default(), charge) {
            Resumed::Open { stream: STANDALONE, connection, body } => self.stand_by(session, connection, body),
            Resumed::Open { body, .. } => response::event_stream(body),
            Resumed::Rest(missed) => response::event_stream(Body::chunked(missed)),
            // To a reader of events it means: do not come back.
            Resumed::Over => http::empty(StatusCode::NO_CONTENT),
            Resumed::Unknown => refusal(StatusCode::BAD_REQUEST, "the session has no event of this Last-Event-ID"),
        }
    }

    /// Sends changes to a session while its client reads the stream.
    fn stand_by(self: &Arc<Self>, session: Arc<Session>, connection: Arc<Connection>, body: Body) -> Response {
        session.listen(&self.functions.changes);
        let server = Arc::clone(self);
        task::spawn(async move {
            let tell = |change| {
                let session = &session;
                async move { session.streams.send(STANDALONE, &json_rpc::change(&change, None)).await }
            };
            server.stream_end.tell_changes(&connection, &session.changes, tell).await;
            session.streams.forget(STANDALONE, &connection);
            session.touch();
        });
        response::event_stream(body)
    }
}
