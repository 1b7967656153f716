//! Bodies of requests with a JSON-RPC message.

use super::{media_type, reply};
use bytes::Bytes;
use hyper::StatusCode;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderMap};
use mcp_trigger_core::accounts::Account;
use mcp_trigger_core::http::{self, BodyError, Limits, Response};
use mcp_trigger_core::mcp::jsonrpc::{Message, VALUES, has_more_values_than, is_deeper_than};
use std::sync::Arc;

/// The depth to which .NET reads JSON.
const DEPTH: usize = 64;

/// The body of a request.
pub(crate) struct MessageText(Bytes);

/// Why a body is not a JSON-RPC message.
pub(crate) enum InvalidMessage {
    /// The body is `null`.
    Null,
    /// The body is anything else. The extension fails without a message.
    Other,
}

impl MessageText {
    /// Reads the body of a request.
    pub(crate) async fn read(
        headers: &HeaderMap,
        body: Incoming,
        limits: Limits,
        account: impl FnOnce() -> Arc<Account>,
    ) -> Result<Self, Response> {
        let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !media_type::is_json(content_type) {
            return Err(reply::failure());
        }
        let body = http::read_body(body, limits, || Some(account())).await.map_err(|error| match error {
            BodyError::TooLarge => http::empty(StatusCode::PAYLOAD_TOO_LARGE),
            BodyError::Incomplete => reply::failure(),
            // As the host's web server answers a body that comes too slowly.
            BodyError::Stalled => http::closing(http::empty(StatusCode::REQUEST_TIMEOUT)),
            BodyError::Full(full) => http::closing(http::overloaded(full)),
        })?;
        Ok(MessageText(body))
    }

    /// The body.
    pub(crate) fn body(&self) -> &Bytes {
        &self.0
    }

    /// The message in the body.
    pub(crate) fn message(&self) -> Result<Message<'_>, InvalidMessage> {
        let body = self.0.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&self.0);
        let text = std::str::from_utf8(body).map_err(|_| InvalidMessage::Other)?;
        if text.trim_ascii() == "null" {
            return Err(InvalidMessage::Null);
        }
        if is_deeper_than(DEPTH, text) || has_more_values_than(VALUES, text) {
            return Err(InvalidMessage::Other);
        }
        Message::read(text).ok_or(InvalidMessage::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_no_more_values_than_are_read() {
        let message = |values: usize| {
            let values = vec!["0"; values].join(",");
            MessageText(format!(r#"{{"jsonrpc":"2.0","id":1,"method":"ping","params":{{"a":[{values}]}}}}"#).into())
        };
        assert!(message(VALUES / 2).message().is_ok());
        assert!(matches!(message(VALUES).message(), Err(InvalidMessage::Other)));
    }
}
