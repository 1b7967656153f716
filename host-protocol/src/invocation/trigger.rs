use super::LazyCaller;
use crate::http_trigger::HttpRequest;
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
    /// `httpTrigger`, where the host does not forward: a client sends a request.
    Http(Box<HttpRequest>),
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
    pub caller: LazyCaller,
}

/// The value of an `mcpResourceTrigger`.
#[derive(Clone, Debug)]
pub struct ResourceTrigger {
    /// The address as the client sent it.
    pub uri: String,
    /// Who calls.
    pub caller: LazyCaller,
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
    pub caller: LazyCaller,
}
