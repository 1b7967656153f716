//! JSON-RPC 2.0 messages.

use super::params::Params;
use host_protocol::json::{JsonStr, string};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Error codes of JSON-RPC and MCP.
pub mod code {
    /// The transport refuses the request, before its message is read.
    pub const TRANSPORT: i32 = -32000;
    /// The server has no such resource (up to specification 2025-11-25).
    pub const RESOURCE_NOT_FOUND: i32 = -32002;
    /// A header contradicts the body (specification 2026-07-28).
    pub const HEADER_MISMATCH: i32 = -32020;
    /// The client lacks a capability that the request needs (specification 2026-07-28).
    pub const MISSING_CAPABILITY: i32 = -32021;
    /// The server does not speak the revision that the request names (specification 2026-07-28).
    pub const UNSUPPORTED_VERSION: i32 = -32022;
    /// The body is JSON, but not a JSON-RPC message.
    pub const INVALID_REQUEST: i32 = -32600;
    /// The server has no such method.
    pub const METHOD_NOT_FOUND: i32 = -32601;
    /// The method does not accept the parameters.
    pub const INVALID_PARAMS: i32 = -32602;
    /// The server failed in answering.
    pub const INTERNAL_ERROR: i32 = -32603;
    /// The body is not JSON.
    pub const PARSE_ERROR: i32 = -32700;
}

/// A message that a client sent.
#[derive(Debug)]
pub enum Message<'a> {
    /// A call that expects an answer.
    Request(Request<'a>),
    /// A call that expects no answer.
    Notification(Notification<'a>),
    /// The client's answer to a request of the server.
    Response(Response<'a>),
}

/// A call that expects no answer.
#[derive(Debug)]
pub struct Notification<'a> {
    /// The name of the method, such as `tools/call`.
    pub method: Cow<'a, str>,
    /// The parameters of the method.
    pub params: Params<'a>,
}

/// The client's answer to a request of the server.
#[derive(Debug)]
pub struct Response<'a> {
    /// The id of the server's request, as JSON text.
    pub id: &'a RawValue,
    /// The result, or the error object, as JSON text.
    pub outcome: Result<&'a RawValue, &'a RawValue>,
}

/// A call that expects an answer.
#[derive(Debug)]
pub struct Request<'a> {
    /// The id, as JSON text, which the answer repeats unchanged.
    pub id: &'a RawValue,
    /// The name of the method, such as `tools/call`.
    pub method: Cow<'a, str>,
    /// The parameters of the method.
    pub params: Params<'a>,
}

impl<'a> Message<'a> {
    /// Reads a message, and tells its kind by its members. `None` if the text is not a JSON-RPC 2.0 message.
    pub fn read(text: &'a str) -> Option<Self> {
        let Members { jsonrpc, id, method, params, result, error } = serde_json::from_str(text).ok()?;
        if jsonrpc? != "2.0" {
            return None;
        }
        match (id, method) {
            (Some(id), Some(method)) if is_id(id) => Some(Message::Request(Request { id, method, params })),
            (None, Some(method)) => Some(Message::Notification(Notification { method, params })),
            (Some(id), None) if is_id(id) => {
                let outcome = result.map(Ok).or(error.map(Err))?;
                Some(Message::Response(Response { id, outcome }))
            }
            _ => None,
        }
    }
}

/// The names of a message's members.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Member {
    Jsonrpc,
    Id,
    Method,
    Params,
    Result,
    Error,
    #[serde(other)]
    Other,
}

/// The members of a message. Of several members with the same name, the last one counts.
#[derive(Default)]
struct Members<'a> {
    jsonrpc: Option<Cow<'a, str>>,
    id: Option<&'a RawValue>,
    method: Option<Cow<'a, str>>,
    params: Params<'a>,
    result: Option<&'a RawValue>,
    error: Option<&'a RawValue>,
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Members::default();
                while let Some(member) = map.next_key()? {
                    match member {
                        Member::Jsonrpc => members.jsonrpc = Some(map.next_value::<JsonStr<'de>>()?.0),
                        Member::Id => members.id = Some(map.next_value()?),
                        Member::Method => members.method = Some(map.next_value::<JsonStr<'de>>()?.0),
                        Member::Params => members.params = map.next_value()?,
                        Member::Result => members.result = Some(map.next_value()?),
                        Member::Error => members.error = Some(map.next_value()?),
                        Member::Other => drop(map.next_value::<IgnoredAny>()?),
                    }
                }
                Ok(members)
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// Whether JSON text is an id: a string or an integer.
fn is_id(value: &RawValue) -> bool {
    value.get().parse::<i64>().is_ok() || string(value).is_some()
}

/// Whether arrays and objects are nested deeper than `limit`. For text that is not JSON, the answer has no meaning.
pub fn is_deeper_than(limit: usize, json: &str) -> bool {
    // Most messages are too short for more than `limit` brackets, or have fewer.
    if json.len() <= 2 * limit || memchr::memchr2_iter(b'{', b'[', json.as_bytes()).count() <= limit {
        return false;
    }
    let mut depth = 0_usize;
    punctuation(json).any(|byte| {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > limit
    })
}

/// The greatest number of values in a message: members, elements, and those inside of them. In memory a value may take many times the
/// place of its text.
pub const VALUES: usize = 250_000;
/// The greatest length of a name, an address, or another short text, in bytes. Servers of HTTP take addresses of about this length
/// (RFC 9110, section 4.1).
pub const TEXT: usize = 8 * 1024;

/// Whether there are more members and elements than `limit`, in all arrays and objects together. For text that is not JSON, the answer
/// has no meaning.
pub fn has_more_values_than(limit: usize, json: &str) -> bool {
    // A value and its comma take two bytes. Most messages are too short.
    if json.len() <= 2 * limit || memchr::memchr3_iter(b',', b'{', b'[', json.as_bytes()).count() <= limit {
        return false;
    }
    punctuation(json).filter(|byte| matches!(byte, b',' | b'{' | b'[')).nth(limit).is_some()
}

/// The bytes outside of strings.
fn punctuation(json: &str) -> impl Iterator<Item = u8> {
    let mut bytes = json.bytes();
    std::iter::from_fn(move || {
        let byte = bytes.next()?;
        if byte == b'"' {
            while let Some(byte) = bytes.next() {
                match byte {
                    b'"' => break,
                    b'\\' => drop(bytes.next()),
                    _ => {}
                }
            }
        }
        Some(byte)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_counted_outside_of_strings() {
        assert!(!is_deeper_than(2, r#"{"a":["[[[[\"[[["]}"#));
        assert!(is_deeper_than(1, r#"{"a":[]}"#) && is_deeper_than(1, "[[]]"));
        assert!(!is_deeper_than(1, "]]]"), "though it is no JSON");
    }

    #[test]
    fn messages_are_told_apart() {
        assert!(matches!(Message::read(r#"{"jsonrpc":"2.0","id":1,"method":"m"}"#), Some(Message::Request(_))));
        assert!(matches!(Message::read(r#"{"jsonrpc":"2.0","method":"m"}"#), Some(Message::Notification(_))));
        assert!(matches!(Message::read(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#), Some(Message::Response(_))));
        for text in [
            r#"{"jsonrpc":"2.0","id":1}"#,
            r#"{"jsonrpc":"2.0","id":1.5,"method":"m"}"#,
            r#"{"jsonrpc":"2.0","id":null,"method":"m"}"#,
            r#"{"jsonrpc":"2.0","id":1,"method":5}"#,
            r#"{"jsonrpc":"1.0","id":1,"method":"m"}"#,
            r#"{"id":1,"method":"m"}"#,
            r#"[{"jsonrpc":"2.0","id":1,"method":"m"}]"#,
        ] {
            assert!(Message::read(text).is_none(), "{text}");
        }
    }
}
