//! The values of triggers: a call of a tool, a read of a resource, a request for a prompt, an HTTP request.

use super::{HttpRequest, LazyCaller};
use serde_json::value::RawValue;

/// The event that started a function: the value of its trigger.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Trigger {
    /// `mcpToolTrigger`: a client calls the tool.
    Tool(ToolInvocationContext),
    /// `mcpResourceTrigger`: a client reads the resource.
    Resource(ResourceInvocationContext),
    /// `mcpPromptTrigger`: a client gets the prompt.
    Prompt(PromptInvocationContext),
    /// `httpTrigger`, where the host does not forward: a client sends a request.
    Http(Box<HttpRequest>),
    /// Another trigger: its value as JSON text.
    Other(Box<RawValue>),
}

impl Trigger {
    /// The client behind an MCP trigger.
    pub fn caller(&self) -> Option<&LazyCaller> {
        match self {
            Trigger::Tool(tool) => Some(&tool.caller),
            Trigger::Resource(resource) => Some(&resource.caller),
            Trigger::Prompt(prompt) => Some(&prompt.caller),
            Trigger::Http(_) | Trigger::Other(_) => None,
        }
    }

    /// The arguments of a tool or a prompt, a JSON object. `None` if the client sent none.
    pub fn arguments(&self) -> Option<&RawValue> {
        match self {
            Trigger::Tool(tool) => tool.arguments.as_deref(),
            Trigger::Prompt(prompt) => prompt.arguments.as_deref(),
            Trigger::Resource(_) | Trigger::Http(_) | Trigger::Other(_) => None,
        }
    }
}

/// The value of an `mcpToolTrigger`: a call of the tool.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ToolInvocationContext {
    /// The name as the client sent it. The host ignores case when it looks for the tool.
    pub name: String,
    /// The arguments, a JSON object with the client's own numbers and order. `None` if the client sent none.
    pub arguments: Option<Box<RawValue>>,
    /// The client.
    pub caller: LazyCaller,
}

impl ToolInvocationContext {
    /// A call of the tool with that name.
    pub fn new(name: impl Into<String>, arguments: Option<Box<RawValue>>, caller: impl Into<LazyCaller>) -> Self {
        ToolInvocationContext { name: name.into(), arguments, caller: caller.into() }
    }
}

/// The value of an `mcpResourceTrigger`: a read of the resource.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ResourceInvocationContext {
    /// The address as the client sent it.
    pub uri: String,
    /// The client.
    pub caller: LazyCaller,
    /// The values of a template's parameters, by name, still percent-encoded. On the wire they are in `Metadata` only, which
    /// [`Invocation::decode`](super::Invocation::decode) does not read: a handler matches the template again.
    pub parameters: Vec<(String, String)>,
}

impl ResourceInvocationContext {
    /// A read of the resource at an address without parameters.
    pub fn new(uri: impl Into<String>, caller: impl Into<LazyCaller>) -> Self {
        ResourceInvocationContext { uri: uri.into(), caller: caller.into(), parameters: Vec::new() }
    }

    /// Sets the values of the template's parameters, by name, still percent-encoded.
    #[must_use]
    pub fn with_parameters(mut self, parameters: Vec<(String, String)>) -> Self {
        self.parameters = parameters;
        self
    }
}

/// The value of an `mcpPromptTrigger`: a request for the prompt.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PromptInvocationContext {
    /// The name as the client sent it. The host ignores case when it looks for the prompt.
    pub name: String,
    /// The arguments, a JSON object. `None` if the client sent none.
    pub arguments: Option<Box<RawValue>>,
    /// The client.
    pub caller: LazyCaller,
}

impl PromptInvocationContext {
    /// A request for the prompt with that name.
    pub fn new(name: impl Into<String>, arguments: Option<Box<RawValue>>, caller: impl Into<LazyCaller>) -> Self {
        PromptInvocationContext { name: name.into(), arguments, caller: caller.into() }
    }
}
