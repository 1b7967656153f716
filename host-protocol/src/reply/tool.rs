//! What a tool's return value becomes.

use super::envelope::Envelope;
use super::{FunctionResult, ReturnValue};
use crate::content::{ContentBlock, ToolResult, Unreadable};
use crate::json::newtonsoft::Token;
use serde_json::value::RawValue;

impl FunctionResult {
    /// The result that the extension makes of the return value; `use_result_schema` is that member of the trigger.
    ///
    /// # Errors
    ///
    /// When the extension fails on the value. The client then gets `isError` with the extension's own words.
    pub fn into_tool_result(self, use_result_schema: bool) -> Result<ToolResult, Unreadable> {
        let value = match self.return_value {
            ReturnValue::None => return Ok(ToolResult::default()),
            ReturnValue::Tool(result) => return Ok(result),
            ReturnValue::Json(value) => value,
            ReturnValue::Failed(why) => return Err(Unreadable::new(why)),
            ReturnValue::Resource(_) | ReturnValue::Prompt(_) => {
                return Err(Unreadable::new("it is not a tool's result"));
            }
        };
        match (Token::read(&value)?, use_result_schema) {
            (Token::Null, _) => Ok(ToolResult::default()),
            (Token::Text(text), true) => open_envelope(&text),
            (Token::Other(_), true) => Err(Unreadable::new(
                "with `useResultSchema` the return value has to be a string that holds the JSON of an envelope",
            )),
            (Token::Text(text) | Token::Other(text), false) => Ok(ContentBlock::text(text).into()),
        }
    }
}

fn open_envelope(text: &str) -> Result<ToolResult, Unreadable> {
    let envelope = Envelope::open(text)?;
    let (kind, content) = (envelope.required("type")?, envelope.required("content")?);
    if kind.eq_ignore_ascii_case("call_tool_result") {
        return ToolResult::read(&content);
    }

    let blocks = if kind.eq_ignore_ascii_case("multi_content_result") {
        ContentBlock::read_list(&content)?
    } else {
        vec![ContentBlock::read(&content)?]
    };
    if blocks.is_empty() {
        return Err(Unreadable::new("the envelope holds no content block"));
    }
    let mut result = ToolResult::from(blocks);
    if let Some(structured) = envelope.member("structuredContent")?.filter(|json| !json.is_empty()) {
        if structured.trim() == "null" {
            return Err(Unreadable::new("`structuredContent` of the envelope is null"));
        }
        result.structured_content = Some(RawValue::from_string(structured)?);
    }
    Ok(result)
}
