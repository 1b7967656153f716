//! The streamable HTTP transport, as the extension has it: each request stands alone, and each answer is an event stream
//! of one event.

use super::Endpoint;
use super::client_state::InvalidClientState;
use super::message::{InvalidMessage, MessageText};
use super::{media_type, methods, reply};
use hyper::body::Incoming;
use hyper::header::{ACCEPT, HeaderMap, HeaderValue};
use hyper::{Method, Request, StatusCode};
use mcp_trigger_core::accounts::Place;
use mcp_trigger_core::http::{self, Body, Response};
use mcp_trigger_core::mcp::caller::{SESSION_ID, all_values, caller};
use mcp_trigger_core::mcp::jsonrpc::{Message, code};
use mcp_trigger_core::mcp::params::Params;
use mcp_trigger_core::task;
use std::net::IpAddr;
use std::sync::Arc;

impl Endpoint {
    /// Answers a request of the streamable HTTP transport.
    pub(crate) async fn streamable(self: &Arc<Self>, request: Request<Incoming>, from: IpAddr) -> Response {
        if request.method() != Method::POST {
            return http::empty(StatusCode::METHOD_NOT_ALLOWED);
        }
        self.post(request, from).await.unwrap_or_else(|refusal| refusal)
    }

    async fn post(self: &Arc<Self>, request: Request<Incoming>, from: IpAddr) -> Result<Response, Response> {
        let (head, body) = request.into_parts();
        if !media_type::accepts_both(&all_values(&head.headers, &ACCEPT)) {
            let message = "Not Acceptable: Client must accept both application/json and text/event-stream";
            return Err(refusal(StatusCode::NOT_ACCEPTABLE, message));
        }
        let session = session_id(&head.headers);
        if !session.is_empty() {
            self.client_states.read(session).map_err(|invalid| match invalid {
                InvalidClientState::Shape => refusal(StatusCode::BAD_REQUEST, "Invalid client state."),
                InvalidClientState::Signature => reply::failure(),
            })?;
        }
        let text = MessageText::read(&head.headers, body, self.limits, || self.account(from)).await?;
        if text.body().len() <= task::LONG {
            return self.answer_text(&head.headers, &text, from).await;
        }
        let endpoint = Arc::clone(self);
        let answering = async move { endpoint.answer_text(&head.headers, &text, from).await };
        task::answer_long(None, answering).await.map_err(|_| reply::failure())?
    }

    /// Answers the message in a body.
    async fn answer_text(&self, headers: &HeaderMap, text: &MessageText, from: IpAddr) -> Result<Response, Response> {
        let message = text.message().map_err(|problem| match problem {
            InvalidMessage::Null => {
                let message = "Bad Request: The POST body did not contain a valid JSON-RPC message.";
                refusal(StatusCode::BAD_REQUEST, message)
            }
            InvalidMessage::Other => reply::failure(),
        })?;
        let Message::Request(request) = message else { return Ok(accepted()) };

        let mut response = reply::event_stream(Body::default());
        if session_id(headers).is_empty() && request.method == "initialize" {
            if !matches!(request.params, Params::None) && methods::InitializeParams::read(&request.params).is_none() {
                *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
                return Err(response);
            }
            let token = self.client_states.issue().token;
            response.headers_mut().extend(HeaderValue::from_str(&token).map(|token| (SESSION_ID, token)));
        }
        let (account, overloaded) = (self.account(from), |full| http::overloaded(full));
        let place = Place::take(&account, text.body()).map_err(overloaded)?;
        let answer = self.methods.answer(&request, || caller(headers, None), place).await;
        let event = account.hold_long(reply::event(request.id, answer).into()).map_err(overloaded)?;
        *response.body_mut() = Body::chunked(event);
        Ok(response)
    }
}

/// The id of a session; empty if the headers have none.
fn session_id(headers: &HeaderMap) -> &str {
    headers.get(SESSION_ID).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The answer to a notification or a response.
fn accepted() -> Response {
    let mut response = reply::streaming(Body::default());
    *response.status_mut() = StatusCode::ACCEPTED;
    response
}

/// A refusal before the message is read. Its id is an empty string.
fn refusal(status: StatusCode, message: &str) -> Response {
    let error = reply::error_object(code::TRANSPORT, message);
    reply::json(status, format!("{{\"error\":{error},\"id\":\"\",\"jsonrpc\":\"2.0\"}}"))
}
