//! JSON-RPC 2.0 messages.

use super::params::Params;
use host_protocol::json::{JsonStr, string};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The error codes that are used.
pub mod code {
    /// A refusal of the transport, before the message is looked at.
    pub const TRANSPORT: i32 = -32000;
    /// There is no such resource; up to 2025-11-25.
    pub const RESOURCE_NOT_FOUND: i32 = -32002;
    /// A header and the body disagree; since 2026-07-28, as the next two.
    pub const HEADER_MISMATCH: i32 = -32020;
    /// The client lacks a capability that the request needs (specification 2026-07-28).
    pub const MISSING_CAPABILITY: i32 = -32021;
    /// The server does not speak the revision that the request names (specification 2026-07-28).
    pub const UNSUPPORTED_VERSION: i32 = -32022;
    /// The body is JSON, and not a JSON-RPC message.
    pub const INVALID_REQUEST: i32 = -32600;
    /// The server has no such method.
    pub const METHOD_NOT_FOUND: i32 = -32601;
    /// The parameters are not those of the method.
    pub const INVALID_PARAMS: i32 = -32602;
    /// The server failed.
    pub const INTERNAL_ERROR: i32 = -32603;
    /// The body is not JSON.
    pub const PARSE_ERROR: i32 = -32700;
}

/// A message as it came in.
#[derive(Debug)]
pub enum Message<'a> {
    /// A call that wants an answer.
    Request(Request<'a>),
    /// A call that wants none.
    Notification(Notification<'a>),
    /// The client's answer to a call of ours.
    Response(Response<'a>),
}

/// A call that wants no answer.
#[derive(Debug)]
pub struct Notification<'a> {
    /// The name of the method, such as `tools/call`.
    pub method: Cow<'a, str>,
    /// The parameters of the method.
    pub params: Params<'a>,
}

/// The client's answer to a call of ours.
#[derive(Debug)]
pub struct Response<'a> {
    /// Which call it answers.
    pub id: &'a RawValue,
    /// The result, or the error object.
    pub outcome: Result<&'a RawValue, &'a RawValue>,
}

/// A call that wants an answer.
#[derive(Debug)]
pub struct Request<'a> {
    /// The id, as the JSON text it was: an answer repeats it.
    pub id: &'a RawValue,
    /// What is called.
    pub method: Cow<'a, str>,
    /// With what.
    pub params: Params<'a>,
}

impl<'a> Message<'a> {
    /// Sorts out a message by its members. `None` if it is none of JSON-RPC 2.0.
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

/// The names of members.
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

/// What a message can hold. Of members with one name the last one counts.
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

/// An id is a string or an integer.
fn is_id(value: &RawValue) -> bool {
    value.get().parse::<i64>().is_ok() || string(value).is_some()
}

/// Whether arrays and objects lie in one another deeper than `limit`. Of a text that is no JSON it does not matter.
pub fn is_deeper_than(limit: usize, json: &str) -> bool {
    // Most messages are too short for so many brackets, or have not as many.
    if json.len() <= 2 * limit || memchr::memchr2_iter(b'{', b'[', json.as_bytes()).count() <= limit {
        return false;
    }
    let mut depth = 0_usize;
    let mut bytes = json.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                while let Some(byte) = bytes.next() {
                    match byte {
                        b'"' => break,
                        b'\\' => {
                            bytes.next();
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    false
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
