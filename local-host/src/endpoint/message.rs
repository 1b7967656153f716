//! Bodies with a message of a client.

use super::{media_type, reply};
use bytes::Bytes;
use hyper::StatusCode;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderMap};
use mcp_trigger_core::http::{self, BodyError, Limits, Response};
use mcp_trigger_core::mcp::jsonrpc::{Message, is_deeper_than};

/// How deep .NET reads JSON.
const DEPTH: usize = 64;

/// A body that should be a message.
pub(crate) struct MessageText(Bytes);

/// Why it is none.
pub(crate) enum InvalidMessage {
    /// It is `null`.
    Null,
    /// It is something else, which the extension fails on without a word.
    Other,
}

impl MessageText {
    /// Reads the body of a request.
    pub(crate) async fn read(headers: &HeaderMap, body: Incoming, limits: Limits) -> Result<Self, Response> {
        let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !media_type::is_json(content_type) {
            return Err(reply::failure());
        }
        let body = http::read_body(body, limits).await.map_err(|error| match error {
            BodyError::TooLarge => http::empty(StatusCode::PAYLOAD_TOO_LARGE),
            BodyError::Incomplete => reply::failure(),
            // As the host's web server answers a body that comes too slowly.
            BodyError::Stalled => http::closing(http::empty(StatusCode::REQUEST_TIMEOUT)),
        })?;
        Ok(MessageText(body))
    }

    /// The message in it.
    pub(crate) fn message(&self) -> Result<Message<'_>, InvalidMessage> {
        let body = self.0.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.0);
        let text = std::str::from_utf8(body).map_err(|_| InvalidMessage::Other)?;
        if text.trim_ascii() == "null" {
            return Err(InvalidMessage::Null);
        }
        Message::read(text).filter(|_| !is_deeper_than(DEPTH, text)).ok_or(InvalidMessage::Other)
    }
}
