//! Results of prompts.

use super::{ContentBlock, Meta, Role};
use serde::Serialize;

/// The result of a prompt: MCP's `GetPromptResult`.
///
/// ```
/// use host_protocol::content::{PromptMessage, PromptResult};
///
/// let result = PromptResult::from(vec![PromptMessage::user("Review this"), PromptMessage::assistant("Show me the code")]);
/// assert_eq!(result.messages.len(), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PromptResult {
    /// A description of the prompt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The messages.
    pub messages: Vec<PromptMessage>,
    /// `_meta`: more about the result, for clients that know its names.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
}

impl PromptResult {
    /// Sets the description.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Adds `_meta`.
    #[must_use]
    pub fn with_meta(mut self, meta: Meta) -> Self {
        self.meta = Some(meta);
        self
    }
}

impl From<Vec<PromptMessage>> for PromptResult {
    fn from(messages: Vec<PromptMessage>) -> Self {
        PromptResult { messages, ..PromptResult::default() }
    }
}

impl From<PromptMessage> for PromptResult {
    fn from(message: PromptMessage) -> Self {
        vec![message].into()
    }
}

/// One message of a prompt: MCP's `PromptMessage`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PromptMessage {
    /// The content.
    pub content: ContentBlock,
    /// The side of the conversation that the message is from.
    pub role: Role,
}

impl PromptMessage {
    /// A message from the person.
    pub fn user(content: impl Into<ContentBlock>) -> Self {
        PromptMessage { content: content.into(), role: Role::User }
    }

    /// A message from the model.
    pub fn assistant(content: impl Into<ContentBlock>) -> Self {
        PromptMessage { content: content.into(), role: Role::Assistant }
    }
}
