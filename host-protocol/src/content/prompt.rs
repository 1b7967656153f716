//! Results of prompts.

use super::{ContentBlock, Meta, Role};
use serde::Serialize;

/// What a prompt answers: MCP's `GetPromptResult`.
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
    /// What the prompt is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The conversation so far.
    pub messages: Vec<PromptMessage>,
    /// Anything a client may want to know about the result.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
}

impl PromptResult {
    /// Says what the prompt is about.
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

/// One message of a prompt.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PromptMessage {
    /// What is said.
    pub content: ContentBlock,
    /// Who says it.
    pub role: Role,
}

impl PromptMessage {
    /// What the person says.
    pub fn user(content: impl Into<ContentBlock>) -> Self {
        PromptMessage { content: content.into(), role: Role::User }
    }

    /// What the model says.
    pub fn assistant(content: impl Into<ContentBlock>) -> Self {
        PromptMessage { content: content.into(), role: Role::Assistant }
    }
}
