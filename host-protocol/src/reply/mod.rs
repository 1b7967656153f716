//! The handler's reply, and what the extension makes of it for the MCP client.

mod decode;
mod encode;
mod extension;

pub use decode::InvalidReply;

use crate::content::{ContentBlock, ContentBody, PromptResult, ResourceBody, ResourceContents, ToolResult};
use crate::json::RawObject;
use serde_json::value::RawValue;

/// The result of an invocation.
///
/// On the wire it is the body of the handler's reply ([`decode`](FunctionResult::decode), [`encode`](FunctionResult::encode)).
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct FunctionResult {
    /// The value for the trigger.
    pub return_value: ReturnValue,
    /// The values of output bindings, by name, as JSON text.
    pub outputs: Vec<(String, Box<RawValue>)>,
    /// Lines for the function's log.
    pub logs: Vec<String>,
}

/// The value for the trigger.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum ReturnValue {
    /// No value.
    #[default]
    None,
    /// The result of a tool. On the wire: a `call_tool_result` envelope, for a trigger with `useResultSchema`.
    Tool(ToolResult),
    /// The contents of a resource. On the wire: an envelope. An empty `uri` stands for the address that the client asked for.
    Resource(ResourceContents),
    /// The result of a prompt. On the wire: a `get_prompt_result` envelope, for a trigger with `useResultSchema`.
    Prompt(PromptResult),
    /// No value, because the function failed; the text is the reason. A tool tells its failure in a result. For resources and
    /// prompts the extension has no words, so on the wire this is a value that the extension refuses, an object: the client gets
    /// `An error occurred.` (recordings/results.jsonl, "resource obj", "envprompt obj").
    Failed(String),
    /// A value as a handler sent it, as JSON text.
    Json(Box<RawValue>),
}

impl FunctionResult {
    /// A result without outputs and log lines.
    pub fn new(return_value: ReturnValue) -> Self {
        FunctionResult { return_value, ..FunctionResult::default() }
    }

    /// Sets the values of output bindings, by name, as JSON text.
    #[must_use]
    pub fn with_outputs(mut self, outputs: Vec<(String, Box<RawValue>)>) -> Self {
        self.outputs = outputs;
        self
    }

    /// Sets the lines for the function's log.
    #[must_use]
    pub fn with_logs(mut self, logs: Vec<String>) -> Self {
        self.logs = logs;
        self
    }
}

impl ReturnValue {
    /// About how many bytes the value has.
    pub fn size(&self) -> usize {
        let of_resource = |contents: &ResourceContents| match &contents.body {
            ResourceBody::Text(text) | ResourceBody::Blob(text) => text.len(),
        };
        let of_block = |block: &ContentBlock| match &block.body {
            ContentBody::Text { text } => text.len(),
            ContentBody::Image { data, .. } | ContentBody::Audio { data, .. } => data.len(),
            ContentBody::Resource { resource } => of_resource(resource),
            ContentBody::ResourceLink(_) => 0,
        };
        match self {
            ReturnValue::None | ReturnValue::Failed(_) => 0,
            ReturnValue::Tool(result) => {
                let structured = result.structured_content.as_ref().map_or(0, |content| content.get().len());
                structured + result.content.iter().map(of_block).sum::<usize>()
            }
            ReturnValue::Resource(contents) => of_resource(contents),
            ReturnValue::Prompt(result) => result.messages.iter().map(|message| of_block(&message.content)).sum(),
            ReturnValue::Json(value) => value.get().len(),
        }
    }
}

/// The value for an output binding, by where it stands in a reply.
pub(crate) enum OutputSource<'a> {
    /// A member of a return value that is an object.
    ReturnValue(&'a RawValue),
    /// A member of `Outputs`.
    Outputs(&'a RawValue),
}

impl FunctionResult {
    /// The value for the output binding of that name, in its own case. The host takes members of a return value that is an object
    /// before the outputs, and the last of several outputs.
    pub(crate) fn output(&self, name: &str) -> Option<OutputSource<'_>> {
        if let ReturnValue::Json(value) = &self.return_value {
            let members = RawObject::parse(value.get()).unwrap_or_default();
            if let Some(member) = members.get(name) {
                return Some(OutputSource::ReturnValue(member));
            }
        }
        let (_, value) = self.outputs.iter().rev().find(|(known, _)| known == name)?;
        Some(OutputSource::Outputs(value))
    }
}
