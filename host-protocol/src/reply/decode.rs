//! A reply as the host reads it.

use super::{FunctionResult, ReturnValue};
use crate::json::RawObject;
use serde_json::value::RawValue;
use std::sync::Arc;
use thiserror::Error;

/// A handler's reply is not a result.
#[derive(Clone, Debug, Error)]
#[non_exhaustive]
pub enum InvalidReply {
    /// The host takes the invocation for failed. The client gets `isError` from a tool, an error from anything else.
    #[error("{reason}")]
    #[non_exhaustive]
    Failed {
        /// The mistake in the reply, and the reply that the host expects.
        reason: String,
        /// The mistake in the JSON of the reply.
        source: Option<Arc<serde_json::Error>>,
    },
    /// The host waits for ever, and so does the client (recordings/no-reply.jsonl).
    #[error("{reason}")]
    #[non_exhaustive]
    NeverAnswered {
        /// The mistake in the reply, and the reply that the host expects.
        reason: String,
    },
}

impl InvalidReply {
    fn failed(reason: String) -> Self {
        InvalidReply::Failed { reason, source: None }
    }
}

impl FunctionResult {
    /// Reads a handler's reply as the host does: members in any case, without unknown ones.
    ///
    /// # Errors
    ///
    /// If the host does not accept the reply. The kind of error tells what the host does.
    pub fn decode(status: u16, content_type: Option<&str>, body: &[u8]) -> Result<Self, InvalidReply> {
        if !(200..300).contains(&status) {
            return Err(InvalidReply::failed(format!("the handler answered with status {status}; the host wants 200")));
        }
        let text = body.trim_ascii();
        if text.is_empty() || text == b"null" {
            let found = if text.is_empty() { "an empty body" } else { "the body `null`" };
            return Err(InvalidReply::NeverAnswered {
                reason: format!(
                    "the handler answered with status {status} and {found}; the host waits for ever for a JSON object, {{}} at least"
                ),
            });
        }
        if !content_type.is_some_and(is_json) {
            return Err(InvalidReply::failed(format!(
                "the handler answered with {}; the host wants Content-Type: application/json",
                content_type.map_or_else(|| "no content type".to_owned(), |given| format!("content type `{given}`")),
            )));
        }
        Self::read(body).map_err(|error| {
            let reason = format!(
                "the handler's reply is not what the host reads, a JSON object with Outputs, Logs and ReturnValue: {error}"
            );
            InvalidReply::Failed { reason, source: Some(error.into()) }
        })
    }

    fn read(body: &[u8]) -> serde_json::Result<Self> {
        let reply: RawObject<'_> = serde_json::from_slice(body)?;
        let outputs: Option<RawObject<'_>> = reply.read_ignoring_case("Outputs")?;
        let logs: Option<Vec<&RawValue>> = reply.read_ignoring_case("Logs")?;
        Ok(FunctionResult {
            return_value: reply
                .get_some("ReturnValue")
                .map_or(ReturnValue::None, |value| ReturnValue::Json(value.to_owned())),
            outputs: outputs
                .iter()
                .flat_map(RawObject::iter)
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            logs: logs.into_iter().flatten().map(log_line).collect::<serde_json::Result<_>>()?,
        })
    }
}

/// Strings, numbers and booleans are lines; an object fails the invocation (recordings/results.jsonl, "tool badlogs").
fn log_line(line: &RawValue) -> serde_json::Result<String> {
    let json = line.get();
    match json.as_bytes().first() {
        Some(b'"' | b'{' | b'[') => serde_json::from_str(json),
        Some(b'n') => Ok(String::new()),
        _ => Ok(json.to_owned()),
    }
}

fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("application/json") || media_type.eq_ignore_ascii_case("text/json")
}
