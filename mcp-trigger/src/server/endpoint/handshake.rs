//! Requests of the revisions with a handshake, 2024-11-05 to 2025-11-25. Their revision was agreed on in a session, or stands in a
//! header (specification: `basic/lifecycle`, `basic/transports`).

use crate::server::McpServer;
use crate::server::message::Error;
use crate::server::methods::Answering;
use crate::server::revision::request::{Received, Request, RequestHead, Sender, members, params, progress_token, text};
use crate::server::revision::{DeclaredRevision, Revision};
use crate::server::session::{Session, Sessions};
use crate::server::transport::response::{self, refusal};
use hyper::StatusCode;
use hyper::header::HeaderValue;
use mcp_trigger_core::http::{self, Response};
use mcp_trigger_core::mcp::caller::SESSION_ID;
use mcp_trigger_core::mcp::json_text::JsonText;
use mcp_trigger_core::mcp::jsonrpc::{self, Message};
use mcp_trigger_core::mcp::method::Method;
use std::sync::Arc;

/// The longest `initialize`, in bytes.
const CLIENT: usize = 64 * 1024;

/// The agreement that a message belongs to.
#[derive(Clone)]
pub(super) struct Agreed {
    pub(super) revision: Revision,
    session: Option<Arc<Session>>,
}

impl McpServer {
    pub(in crate::server) async fn respond_with_handshake(
        self: &Arc<Self>,
        received: &Arc<Received>,
        message: Message<'_>,
        streams: bool,
    ) -> Response {
        if let Message::Request(request) = &message
            && request.method == Method::Initialize.as_str()
        {
            return self.initialize(request, received);
        }
        let agreed = match self.agreed(received) {
            Ok(agreed) => agreed,
            Err(response) => return response,
        };
        match message {
            Message::Request(request) => {
                let id = request.id;
                match self.start_with_handshake(request, received, streams, agreed) {
                    Answering::Done(answer) => response::json(Some(id.get()), &answer),
                    Answering::Pending(pending) => self.respond_later(id, pending, received).await,
                }
            }
            other => {
                agreed.take(other);
                response::accepted()
            }
        }
    }

    pub(super) fn start_with_handshake(
        self: &Arc<Self>,
        jsonrpc::Request { id, method, params }: jsonrpc::Request<'_>,
        received: &Arc<Received>,
        streams: bool,
        Agreed { revision, session }: Agreed,
    ) -> Answering {
        let params = match self::params(params) {
            Ok(params) => params,
            Err(error) => return Answering::Done(Err(error)),
        };
        let Some(method) = Method::parse(&method) else {
            return Answering::Done(Err(Error::unknown_method(false, &method)));
        };
        let meta = members(params.get("_meta"));
        session.iter().for_each(|session| session.set_used());
        let sender = session.as_deref().map(Session::sender).unwrap_or_default();
        let progress_token = progress_token(&meta, false).unwrap_or_default();
        self.start(&Request { received, revision, id, method, params, progress_token, sender, streams }, session)
    }

    fn initialize(&self, request: &jsonrpc::Request<'_>, received: &Received) -> Response {
        let id = Some(request.id.get());
        let given = request.params.named().ok().flatten();
        let Some((given, asked)) = given.and_then(|given| Some((given, text(given, "protocolVersion")?))) else {
            return response::json(id, &Err(Error::invalid_params("`initialize` needs a `protocolVersion`")));
        };
        let known = Revision::parse(&asked).filter(|revision| !revision.is_stateless());
        let revision = known.unwrap_or(Revision::NEWEST_WITH_HANDSHAKE);
        // A session keeps it.
        if received.body.len() > CLIENT {
            let message = format!("`initialize` may be {CLIENT} bytes long at most");
            return response::json(id, &Err(Error::invalid_params(message)));
        }
        let copy = |name| given.get(name).map(|json| JsonText::copy(json.get()));
        let sender = Sender { info: copy("clientInfo"), capabilities: copy("capabilities"), log_level: None };
        let begin = |sessions: &Sessions| {
            let identity = received.head.identity(self.trust).cloned();
            sessions.begin(revision, sender, identity, &self.owner(&received.head))
        };
        let session = match self.sessions.as_ref().map(begin).transpose() {
            Ok(session) => session,
            Err(error) => return response::json(id, &Err(error)),
        };
        let mut response = response::json(id, &Ok(self.initialized(revision, session.is_some())));
        let session_id = session.and_then(|session| HeaderValue::from_str(&session.id).ok());
        response.headers_mut().extend(session_id.map(|id| (SESSION_ID, id)));
        response
    }

    /// The agreement with the sender of a message.
    #[allow(clippy::result_large_err, reason = "a refusal is a response, and is sent as it is")]
    pub(super) fn agreed(&self, received: &Received) -> Result<Agreed, Response> {
        if let Some(session) = self.session(&received.head)? {
            return Ok(Agreed { revision: session.revision, session: Some(session) });
        }
        let revision = match received.head.declared {
            DeclaredRevision::Known(revision) => revision,
            DeclaredRevision::Nothing | DeclaredRevision::Unknown => Revision::UNSAID,
        };
        Ok(Agreed { revision, session: None })
    }

    /// The session of a message; `None` if the server has no sessions or the message names none.
    #[allow(clippy::result_large_err, reason = "a refusal is a response, and is sent as it is")]
    pub(in crate::server) fn session(&self, head: &RequestHead) -> Result<Option<Arc<Session>>, Response> {
        let Some(sessions) = &self.sessions else { return Ok(None) };
        let Some(id) = head.headers.get(SESSION_ID).and_then(|id| id.to_str().ok()) else { return Ok(None) };
        match sessions.find(id, head.identity(self.trust)) {
            Some(session) => Ok(Some(session)),
            None => {
                Err(refusal(StatusCode::NOT_FOUND, "Session not found: it has ended, so begin anew with initialize"))
            }
        }
    }

    /// Ends a session.
    pub(in crate::server) fn delete(&self, head: &RequestHead) -> Response {
        match self.session(head) {
            Ok(Some(session)) => {
                if let Some(sessions) = &self.sessions {
                    sessions.end(&session.id);
                }
                http::empty(StatusCode::NO_CONTENT)
            }
            Ok(None) => self.method_not_allowed(),
            Err(response) => response,
        }
    }
}

impl Agreed {
    /// Handles a message that wants no answer.
    pub(super) fn take(&self, message: Message<'_>) {
        let Some(session) = &self.session else { return };
        match message {
            Message::Response(response) => session.answer(response.id, response.outcome),
            Message::Notification(notification) if notification.method == "notifications/cancelled" => {
                let params = params(notification.params).unwrap_or_default();
                if let Some(id) = params.get("requestId") {
                    session.cancel(id);
                }
            }
            Message::Notification(_) | Message::Request(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::assert_documented;

    #[test]
    fn the_limits_are_documented() {
        assert_eq!(CLIENT, 64 * 1024);
        assert_documented("`initialize`", "64 KiB");
    }
}
