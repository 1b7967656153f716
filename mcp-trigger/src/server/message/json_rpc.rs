//! JSON-RPC messages as JSON text.

use super::{Error, ObjectWriter};
use crate::function::changes::Change;
use serde::Serialize;

/// The answer to a request: its result, an object as JSON text, or an error.
pub(in crate::server) type Answer = Result<String, Error>;

/// The message of an answer. `id` is `None` if the id of the request could not be read.
pub(in crate::server) fn answer(id: Option<&str>, answer: &Answer) -> String {
    match (answer, id) {
        // All that there is room for at once: most answers are of this kind.
        (Ok(result), id) => {
            ["{\"jsonrpc\":\"2.0\",\"id\":", id.unwrap_or("null"), ",\"result\":", result, "}"].concat()
        }
        (Err(error), Some(id)) => format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"error\":{}}}", error_object(error)),
        // Plain JSON-RPC would say `"id":null`, which MCP's schema does not know.
        (Err(error), None) => format!("{{\"jsonrpc\":\"2.0\",\"error\":{}}}", error_object(error)),
    }
}

/// The error object as JSON text.
pub(in crate::server) fn error_object(Error { code, message, data, .. }: &Error) -> String {
    #[derive(Serialize)]
    struct Object<'a> {
        code: i32,
        message: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        data: &'a Option<serde_json::Value>,
    }
    serde_json::to_string(&Object { code: *code, message, data }).unwrap_or_default()
}

/// A notification; `params` is JSON text.
pub(in crate::server) fn notification(method: &str, params: &str) -> String {
    format!("{{\"jsonrpc\":\"2.0\",\"method\":\"{method}\",\"params\":{params}}}")
}

/// The notification of a change. `meta` is the `_meta` of a subscription, an object as JSON text.
pub(in crate::server) fn change(change: &Change, meta: Option<&str>) -> String {
    let mut params = ObjectWriter::new();
    let method = match change {
        Change::Tools => "notifications/tools/list_changed",
        Change::Prompts => "notifications/prompts/list_changed",
        Change::Resources => "notifications/resources/list_changed",
        Change::Resource(uri) => {
            params = params.member("uri", &serde_json::Value::from(uri.as_written()).to_string());
            "notifications/resources/updated"
        }
    };
    if let Some(meta) = meta {
        params = params.member("_meta", meta);
    }
    notification(method, &params.finish())
}
