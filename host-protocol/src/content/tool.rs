//! Results of tools.

use super::{ContentBlock, Meta};
use serde::{Serialize, ser::Error as _};
use serde_json::value::RawValue;

/// The result of a tool: MCP's `CallToolResult`.
///
/// ```
/// use host_protocol::{ContentBlock, ToolResult};
///
/// let result = ToolResult::from(ContentBlock::text("no such city")).into_error();
/// assert_eq!(
///     serde_json::to_string(&result).unwrap(),
///     r#"{"content":[{"type":"text","text":"no such city"}],"isError":true}"#
/// );
/// ```
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ToolResult {
    /// The content for the model.
    pub content: Vec<ContentBlock>,
    /// The content for programs: JSON text that fits the tool's output schema.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub structured_content: Option<Box<RawValue>>,
    /// Whether the tool failed. `None` and `Some(false)` mean the same to clients; `None` is not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_error: Option<bool>,
    /// `_meta`: more about the result, for clients that know its names.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
}

impl ToolResult {
    /// A failure, with a message that the model can act on.
    pub fn error(message: impl Into<String>) -> Self {
        ToolResult::from(ContentBlock::text(message)).into_error()
    }

    /// Structured content, and a text block with the same JSON for clients that know only text.
    ///
    /// # Errors
    ///
    /// If the value cannot be written as JSON, or is not a JSON object, which MCP requires
    /// (specification 2025-06-18, `server/tools`, "Structured Content").
    pub fn structured<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<Self> {
        let text = serde_json::to_string(value)?;
        if !text.starts_with('{') {
            return Err(serde_json::Error::custom("structured content has to be a JSON object"));
        }
        let structured = RawValue::from_string(text)?;
        let mut result = ToolResult::from(ContentBlock::text(structured.get()));
        result.structured_content = Some(structured);
        Ok(result)
    }

    /// Marks the result as a failure.
    #[must_use]
    pub fn into_error(mut self) -> Self {
        self.is_error = Some(true);
        self
    }

    /// Adds `_meta`.
    #[must_use]
    pub fn with_meta(mut self, meta: Meta) -> Self {
        self.meta = Some(meta);
        self
    }
}

impl From<ContentBlock> for ToolResult {
    fn from(block: ContentBlock) -> Self {
        ToolResult { content: vec![block], ..ToolResult::default() }
    }
}

impl From<Vec<ContentBlock>> for ToolResult {
    fn from(content: Vec<ContentBlock>) -> Self {
        ToolResult { content, ..ToolResult::default() }
    }
}
