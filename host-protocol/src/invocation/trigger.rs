use super::Headers;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// What set a function off.
#[derive(Clone, Debug)]
pub enum Trigger {
    /// `mcpToolTrigger`: a client calls the tool.
    Tool(ToolTrigger),
    /// `mcpResourceTrigger`: a client reads the resource.
    Resource(ResourceTrigger),
    /// `mcpPromptTrigger`: a client asks for the prompt.
    Prompt(PromptTrigger),
    /// Another trigger: its value as JSON text.
    Other(Box<RawValue>),
}

/// The value of an `mcpToolTrigger`.
#[derive(Clone, Debug)]
pub struct ToolTrigger {
    /// The name as the client sent it; the host looks it up ignoring case.
    pub name: String,
    /// The arguments, a JSON object with the client's own numbers and order; `None` when it sent none.
    pub arguments: Option<Box<RawValue>>,
    /// Who calls.
    pub caller: Caller,
}

/// The value of an `mcpResourceTrigger`.
#[derive(Clone, Debug)]
pub struct ResourceTrigger {
    /// The address as the client sent it.
    pub uri: String,
    /// Who calls.
    pub caller: Caller,
    /// What stood in the places of a template's parameters, by name, percent-encoding kept. The wire has them in `Metadata`
    /// only, which is not read: a handler matches the template again.
    pub parameters: Vec<(String, String)>,
}

/// The value of an `mcpPromptTrigger`.
#[derive(Clone, Debug)]
pub struct PromptTrigger {
    /// The name as the client sent it; the host looks it up ignoring case.
    pub name: String,
    /// The arguments, a JSON object; `None` when the client sent none.
    pub arguments: Option<Box<RawValue>>,
    /// Who calls.
    pub caller: Caller,
}

/// What the extension tells about the client.
#[derive(Clone, Debug, Default)]
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transport {
    /// `http-streamable`, `http-sse`, `http` or `unknown`.
    pub name: String,
    /// The `Mcp-Session-Id` header, if the client sent one.
    pub session_id: Option<String>,
    /// All headers of the request, keys and cookies included.
    pub headers: Headers,
}
