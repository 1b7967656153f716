//! The legacy SSE transport: a stream that a client opens, and messages that it posts beside it (recordings/legacy-sse.md).

mod address;
mod session;
mod sessions;
mod stream;

use super::Endpoint;
use super::client_state::{ClientState, InvalidClientState, IssuedClientState};
use super::message::{InvalidMessage, MessageText};
use super::reply;
use crate::access;
use hyper::body::Incoming;
use hyper::{Method, Request, StatusCode};
use mcp_trigger_core::accounts::{Place, Resource};
use mcp_trigger_core::http::{self, Body, Response};
use mcp_trigger_core::mcp::caller;
use mcp_trigger_core::mcp::jsonrpc::Message;
use mcp_trigger_core::task;
use session::SseSession;
use sessions::SseSessions;
use std::net::IpAddr;
use std::sync::Arc;
use stream::StreamTimeouts;

/// The state of the transport.
#[derive(Default)]
pub(crate) struct Sse {
    sessions: Arc<SseSessions>,
    /// Whether clients get an absolute URI for messages.
    pub(crate) absolute_addresses: bool,
    patience: StreamTimeouts,
}

impl Sse {
    /// Ends all streams. Calls under way may still answer on theirs.
    pub(crate) fn end(&self) {
        self.sessions.end();
    }
}

impl Endpoint {
    /// `GET …/sse`: a stream, which begins with the address for messages.
    pub(crate) fn open_stream<B>(&self, request: &Request<B>, from: IpAddr) -> Response {
        if request.method() != Method::GET {
            return http::empty(StatusCode::METHOD_NOT_ALLOWED);
        }
        let IssuedClientState { client, token } = self.client_states.issue();
        let key = access::key(request);
        let address = address::of_messages(request, self.sse.absolute_addresses, &token, key.as_deref());
        // The session of the transport is the caller, within the account of its address.
        let account = self.account(from).session();
        let stream = match account.take(Resource::Streams, 1) {
            Ok(stream) => stream,
            Err(full) => return http::overloaded(full),
        };
        let (session, outbox) = SseSession::new(caller::headers(request.headers()), account);
        if let Err(why) = self.sse.sessions.insert(client.clone(), session) {
            http::Refusal::Limit.log(&why);
            return http::error(StatusCode::SERVICE_UNAVAILABLE, &why);
        }
        tracing::debug!("an SSE stream was opened");
        // One piece waits for a client that reads slowly, as with the extension.
        let (sender, body) = Body::stream(1);
        let (sessions, patience) = (Arc::clone(&self.sse.sessions), self.sse.patience);
        task::spawn(async move {
            let _stream = stream;
            let why = stream::run(outbox, sender, address, patience).await;
            sessions.remove(&client);
            tracing::debug!("an SSE stream has ended: {why}");
        });
        reply::event_stream(body)
    }

    /// `…/message`, with any method: takes a message of a client with a stream. The answer comes on the stream.
    pub(crate) async fn take_message(self: &Arc<Self>, request: Request<Incoming>, from: IpAddr) -> Response {
        self.posted(request, from).await.unwrap_or_else(|refusal| refusal)
    }

    async fn posted(self: &Arc<Self>, request: Request<Incoming>, from: IpAddr) -> Result<Response, Response> {
        let token = access::query_parameter(request.uri().query().unwrap_or_default(), "azmcpcs");
        let token = token.ok_or_else(|| connect_first("Missing service context."))?;
        let ClientState { client, instance } = self.client_states.read(&token).map_err(|invalid| match invalid {
            InvalidClientState::Shape => connect_first("Invalid client state."),
            InvalidClientState::Signature => reply::failure(),
        })?;
        let (head, body) = request.into_parts();
        let account = || self.sse.sessions.get(&client).map_or_else(|| self.account(from), |session| session.account());
        let text = MessageText::read(&head.headers, body, self.limits, account).await?;
        let message = text.message().map_err(|problem| match problem {
            InvalidMessage::Null => refusal("No message in request body."),
            InvalidMessage::Other => reply::failure(),
        })?;
        // The instance is not looked at: there is one, and a message for another would be lost.
        let session = self.sse.sessions.get(&client).ok_or_else(|| {
            connect_first(&format!("No active session for client '{client}' and instance '{instance}'."))
        })?;
        match message {
            Message::Request(request) => {
                let call = session.begin(&request).map_err(|session::TooManyCalls(most)| {
                    let message = format!("{most} calls of this client are not answered yet; wait for some of them");
                    http::Refusal::Limit.log(&message);
                    http::error(StatusCode::TOO_MANY_REQUESTS, &message)
                })?;
                let place = Place::take(&session.account(), text.body()).map_err(http::overloaded)?;
                let endpoint = Arc::clone(self);
                // A task of its own: the function runs after the reply, and to its end, whatever the client does.
                task::spawn(async move {
                    // It borrows from the text, and reads it again rather than copy it.
                    let Ok(Message::Request(request)) = text.message() else { return };
                    let answer = endpoint.methods.answer(&request, || call.caller(), place).await;
                    let event = reply::event(request.id, answer);
                    // It may be large, and the client slow.
                    drop(text);
                    call.answer(event).await;
                });
            }
            Message::Notification(notification) => session.notified(&notification),
            Message::Response(response) => session.answered(&response).await,
        }
        let mut response = Response::new(Body::chunked("Accepted"));
        *response.status_mut() = StatusCode::ACCEPTED;
        Ok(response)
    }
}

fn connect_first(problem: &str) -> Response {
    refusal(&format!("{problem} Please connect to the /sse endpoint to initiate your session."))
}

/// A refusal is a JSON string, with apostrophes as they are.
fn refusal(message: &str) -> Response {
    reply::json(StatusCode::BAD_REQUEST, serde_json::Value::from(message).to_string())
}
