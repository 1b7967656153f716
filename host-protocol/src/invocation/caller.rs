//! The client behind an invocation, as the extension describes it.

use super::Headers;
use crate::json::unquote_twice;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// The client, as the extension describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Caller {
    /// The `Mcp-Session-Id` header, if the client sent one.
    pub session_id: Option<String>,
    /// The client's name and version. Known with the legacy SSE transport only.
    pub client_info: Option<ClientInfo>,
    /// How the call came in.
    pub transport: Transport,
}

/// The client's description of itself in `initialize`: MCP's `Implementation`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientInfo {
    /// The name, for programs.
    #[serde(default)]
    pub name: String,
    /// The name, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The version.
    #[serde(default)]
    pub version: String,
}

/// The transport by which a call came in, with the headers of its request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Transport {
    /// `http-streamable`, `http-sse`, `http` or `unknown`.
    #[serde(default)]
    pub name: String,
    /// The `Mcp-Session-Id` header, if the client sent one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_id: Option<String>,
    /// All headers of the request, keys and cookies included.
    #[serde(rename = "properties", default, with = "properties")]
    pub headers: Headers,
}

impl Caller {
    /// A caller. `session_id` is the `Mcp-Session-Id` header, `client_info` what `initialize` told.
    pub fn new(session_id: Option<String>, client_info: Option<ClientInfo>, transport: Transport) -> Self {
        Caller { session_id, client_info, transport }
    }
}

impl Transport {
    /// A transport. `name` is `http-streamable`, `http-sse`, `http` or `unknown`.
    pub fn new(name: impl Into<String>, session_id: Option<String>, headers: Headers) -> Self {
        Transport { name: name.into(), session_id, headers }
    }
}

/// The headers inside an object of their own.
mod properties {
    use super::Headers;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Properties<H> {
        #[serde(default)]
        headers: H,
    }

    pub(super) fn serialize<S: Serializer>(headers: &Headers, serializer: S) -> Result<S::Ok, S::Error> {
        Properties { headers }.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Headers, D::Error> {
        Properties::deserialize(deserializer).map(|properties| properties.headers)
    }
}

/// A [`Caller`] that is read at the first access. Most functions never access it, and it is the larger part of an invocation.
#[derive(Clone, Debug, Default)]
pub struct LazyCaller {
    source: Source,
    /// Boxed: large, and mostly absent.
    caller: OnceLock<Box<Caller>>,
}

/// Where the caller is read from.
#[derive(Clone, Default)]
enum Source {
    /// The caller is known already.
    #[default]
    Known,
    /// The trigger's value, as JSON text.
    Json(String),
    /// The trigger's value, as a JSON string in a JSON string, as it came.
    QuotedTwice(Box<[u8]>),
    /// Another reader.
    Reader(Arc<dyn ReadCaller>),
}

/// The length from which the text that a caller is read from counts as long, in bytes.
const LONG: usize = 64 * 1024;

/// Reads a caller at the first access to a [`LazyCaller`].
pub trait ReadCaller: Send + Sync {
    /// Reads the caller.
    fn read_caller(&self) -> Caller;
}

/// Shows no values: the caller's headers hold keys and tokens.
impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Source::Known => "Known",
            Source::Json(_) => "Json",
            Source::QuotedTwice(_) => "QuotedTwice",
            Source::Reader(_) => "Reader",
        })
    }
}

impl LazyCaller {
    pub(super) fn from_json(trigger: String) -> Self {
        let length = trigger.len();
        LazyCaller::from_source(Source::Json(trigger), length)
    }

    pub(super) fn from_quoted_twice(trigger: &[u8]) -> Self {
        LazyCaller::from_source(Source::QuotedTwice(trigger.into()), trigger.len())
    }

    /// The caller in a text of this length. A long text has long arguments in it, and is not kept as long as the call runs.
    fn from_source(source: Source, length: usize) -> Self {
        let caller = LazyCaller { source, caller: OnceLock::new() };
        if length > LONG { caller.read().unwrap_or_default().into() } else { caller }
    }

    /// A caller that `reader` reads at the first access.
    pub fn from_reader(reader: Arc<dyn ReadCaller>) -> Self {
        LazyCaller { source: Source::Reader(reader), caller: OnceLock::new() }
    }

    fn read(&self) -> Option<Caller> {
        match &self.source {
            Source::Known => None,
            Source::Reader(reader) => Some(reader.read_caller()),
            Source::Json(trigger) => read(trigger),
            Source::QuotedTwice(trigger) => match unquote_twice(trigger) {
                Some((trigger, _)) => read(&trigger),
                None => read(&serde_json::from_str::<String>(&serde_json::from_slice::<String>(trigger).ok()?).ok()?),
            },
        }
    }
}

impl From<Caller> for LazyCaller {
    fn from(caller: Caller) -> Self {
        LazyCaller { source: Source::Known, caller: Box::new(caller).into() }
    }
}

/// Reads the caller at the first access. A caller that cannot be read is empty, so that the function can run.
impl Deref for LazyCaller {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        self.caller.get_or_init(|| self.read().unwrap_or_default().into())
    }
}

impl LazyCaller {
    /// The caller with other headers.
    #[must_use]
    pub fn with_headers(&self, headers: Headers) -> Self {
        let mut caller = Caller::clone(self);
        caller.transport.headers = headers;
        caller.into()
    }
}

/// Reads the caller in the JSON text of a trigger's value.
fn read(trigger: &str) -> Option<Caller> {
    #[derive(Deserialize)]
    struct McpTriggerValue {
        sessionid: Option<String>,
        clientinfo: Option<ClientInfo>,
        transport: Option<Transport>,
    }

    let McpTriggerValue { sessionid, clientinfo, transport } = serde_json::from_str(trigger).ok()?;
    Some(Caller { session_id: sessionid, client_info: clientinfo, transport: transport.unwrap_or_default() })
}
