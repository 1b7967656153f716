//! The client behind an invocation, as the extension describes it.

use super::Headers;
use crate::json::unquote_twice;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// What the extension tells about the client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Caller {
    /// The `Mcp-Session-Id` header, if the client sent one.
    pub session_id: Option<String>,
    /// The client's name and version. Only the legacy SSE transport knows it.
    pub client_info: Option<ClientInfo>,
    /// How the call came in.
    pub transport: Transport,
}

/// A client's own account of itself, from `initialize`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ClientInfo {
    /// Its name, for programs.
    #[serde(default)]
    pub name: String,
    /// Its name, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its version.
    #[serde(default)]
    pub version: String,
}

/// How a call came in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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

/// A [`Caller`] that is read when somebody looks at it. Most functions never do, and it is the larger part of an invocation.
#[derive(Clone, Debug, Default)]
pub struct LazyCaller {
    source: Source,
    /// In a box: it is large, and mostly nobody asks.
    caller: OnceLock<Box<Caller>>,
}

/// The trigger's value, which holds it.
#[derive(Clone, Default)]
enum Source {
    /// None: the caller is known.
    #[default]
    Known,
    /// As JSON text.
    Json(String),
    /// As a string in a string, the way it came.
    QuotedTwice(Box<[u8]>),
    /// Whoever asks this knows.
    Reader(Arc<dyn ReadCaller>),
}

/// Whoever knows how to read a caller.
pub trait ReadCaller: Send + Sync {
    /// Reads it.
    fn read_caller(&self) -> Caller;
}

/// Among the caller's headers are keys and tokens.
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
        LazyCaller { source: Source::Json(trigger), caller: OnceLock::new() }
    }

    pub(super) fn from_quoted_twice(trigger: &[u8]) -> Self {
        LazyCaller { source: Source::QuotedTwice(trigger.into()), caller: OnceLock::new() }
    }

    /// A caller that somebody else knows how to read.
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

/// What cannot be read is left out: that a function can run matters more than to know for whom.
impl Deref for LazyCaller {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        self.caller.get_or_init(|| self.read().unwrap_or_default().into())
    }
}

impl LazyCaller {
    /// The same with other headers.
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
