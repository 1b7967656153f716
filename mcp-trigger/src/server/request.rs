//! A request to `/mcp`, with all that is known of whoever sent it.

use super::revision::Revision;
use host_protocol::invocation::ClientInfo;
use host_protocol::json::RawObject;
use hyper::HeaderMap;
use serde_json::value::RawValue;

/// A request of JSON-RPC, owned: it may outlive its connection.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) revision: Revision,
    /// As the JSON text it was: an answer repeats it.
    pub(super) id: Box<RawValue>,
    pub(super) method: String,
    pub(super) params: Option<Box<RawValue>>,
    pub(super) headers: HeaderMap,
    pub(super) sender: Sender,
    /// Whether the client reads event streams.
    pub(super) streams: bool,
}

/// What a client says of itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Sender {
    pub(super) info: Option<ClientInfo>,
    /// MCP's `ClientCapabilities`, as JSON text.
    pub(super) capabilities: Option<Box<RawValue>>,
    /// From which level on it wants to read what functions log.
    pub(super) log_level: Option<LogLevel>,
}

/// MCP's levels, from the least to the most (specification: `server/utilities/logging`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LogLevel {
    Debug,
    Info,
    Notice,
    Warning,
    Error,
    Critical,
    Alert,
    Emergency,
}

impl LogLevel {
    const ALL: [(LogLevel, &'static str); 8] = [
        (LogLevel::Debug, "debug"),
        (LogLevel::Info, "info"),
        (LogLevel::Notice, "notice"),
        (LogLevel::Warning, "warning"),
        (LogLevel::Error, "error"),
        (LogLevel::Critical, "critical"),
        (LogLevel::Alert, "alert"),
        (LogLevel::Emergency, "emergency"),
    ];

    pub(super) fn parse(name: &str) -> Option<Self> {
        LogLevel::ALL.into_iter().find(|(_, known)| *known == name).map(|(level, _)| level)
    }

    pub(super) fn as_str(self) -> &'static str {
        LogLevel::ALL[self as usize].1
    }
}

impl From<tracing::Level> for LogLevel {
    fn from(level: tracing::Level) -> Self {
        match level {
            tracing::Level::ERROR => LogLevel::Error,
            tracing::Level::WARN => LogLevel::Warning,
            tracing::Level::INFO => LogLevel::Info,
            _ => LogLevel::Debug,
        }
    }
}

/// Whom the platform has signed in, if anybody: what its client was given is for nobody else.
pub(super) fn principal_id(headers: &HeaderMap) -> Option<&str> {
    headers.get("x-ms-client-principal-id").and_then(|id| id.to_str().ok())
}

/// The parameters of a request, or nothing.
pub(super) fn params(params: Option<&RawValue>) -> Option<RawObject<'_>> {
    match params {
        Some(params) => RawObject::parse(params.get()).ok(),
        None => Some(RawObject::default()),
    }
}

/// A member that is a string.
pub(super) fn text(object: &RawObject<'_>, name: &str) -> Option<String> {
    serde_json::from_str(object.get(name)?.get()).ok()
}
