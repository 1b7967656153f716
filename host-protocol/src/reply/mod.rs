//! What a handler answers, and what the extension makes of it.

mod decode;
mod encode;
mod envelope;
mod prompt;
mod resource;
mod tool;

pub use decode::ReplyError;

use crate::content::{PromptResult, ResourceContents, ToolResult};
use serde_json::value::RawValue;

/// What a function gave back.
///
/// On the wire it is the body of the handler's reply ([`decode`](FunctionResult::decode), [`encode`](FunctionResult::encode)).
#[derive(Clone, Debug, Default)]
pub struct FunctionResult {
    /// The value that goes to the trigger.
    pub return_value: ReturnValue,
    /// The values of output bindings, by name, as JSON text.
    pub outputs: Vec<(String, Box<RawValue>)>,
    /// Lines for the function's log.
    pub logs: Vec<String>,
}

/// The value that goes to the trigger.
#[derive(Clone, Debug, Default)]
pub enum ReturnValue {
    /// Nothing.
    #[default]
    None,
    /// The result of a tool. On the wire it is a `call_tool_result` envelope, for a trigger with `useResultSchema`.
    Tool(ToolResult),
    /// The contents of a resource, in an envelope on the wire too; an empty `uri` stands for the one that was asked for.
    Resource(ResourceContents),
    /// The result of a prompt. On the wire it is a `get_prompt_result` envelope, for a trigger with `useResultSchema`.
    Prompt(PromptResult),
    /// Nothing, for the function failed, and why. A tool says so in its result; for resources and prompts the extension has no
    /// words, so on the wire this is a value that it refuses, an object: the client gets `An error occurred.`
    /// (recordings/results.jsonl, "resource obj", "envprompt obj").
    Failed(String),
    /// Whatever a handler sent, as JSON text.
    Json(Box<RawValue>),
}
