//! The results that the extension makes of a return value, for a client that called a tool, read a resource or got a prompt.

use super::{FunctionResult, ReturnValue};
use crate::content::{
    ContentBlock, InvalidResult, PromptMessage, PromptResult, ResourceBody, ResourceContents, ToolResult,
};
use crate::json::RawObject;
use crate::json::newtonsoft::Token;
use serde_json::value::RawValue;

impl FunctionResult {
    /// The result that the extension makes of a tool's return value. `use_result_schema` is that member of the trigger.
    ///
    /// # Errors
    ///
    /// If the extension fails on the value. The client then gets `isError` with the extension's own words.
    pub fn into_tool_result(self, use_result_schema: bool) -> Result<ToolResult, InvalidResult> {
        match self.return_value {
            ReturnValue::None => Ok(ToolResult::default()),
            ReturnValue::Tool(result) => Ok(result),
            ReturnValue::Json(value) if use_result_schema => open(&value, tool_result),
            ReturnValue::Json(value) => {
                Ok(text(&value)?.map(ContentBlock::text).map(ToolResult::from).unwrap_or_default())
            }
            ReturnValue::Failed(why) => Err(InvalidResult::new(why)),
            ReturnValue::Resource(_) | ReturnValue::Prompt(_) => Err(InvalidResult::new("it is not a tool's result")),
        }
    }

    /// The result that the extension makes of a prompt's return value. `use_result_schema` is that member of the trigger.
    ///
    /// # Errors
    ///
    /// If the extension fails on the value. The client then gets an error that says nothing.
    pub fn into_prompt_result(self, use_result_schema: bool) -> Result<PromptResult, InvalidResult> {
        match self.return_value {
            ReturnValue::None => Ok(PromptResult::default()),
            ReturnValue::Prompt(result) => Ok(result),
            ReturnValue::Json(value) if use_result_schema => open(&value, prompt_result),
            ReturnValue::Json(value) => {
                Ok(text(&value)?.map(PromptMessage::user).map(PromptResult::from).unwrap_or_default())
            }
            ReturnValue::Failed(why) => Err(InvalidResult::new(why)),
            ReturnValue::Tool(_) | ReturnValue::Resource(_) => Err(InvalidResult::new("it is not a prompt's result")),
        }
    }

    /// The contents that the extension makes of a resource's return value, for a read of `uri` and a trigger with this `mimeType`.
    /// `None` if the function returned nothing.
    ///
    /// # Errors
    ///
    /// If the extension fails on the value. The client then gets an error that says nothing.
    pub fn into_resource_contents(
        self,
        uri: &str,
        mime_type: Option<&str>,
    ) -> Result<Option<ResourceContents>, InvalidResult> {
        let contents = match self.return_value {
            ReturnValue::None => return Ok(None),
            ReturnValue::Resource(contents) => contents,
            ReturnValue::Json(value) => match Token::read(&value)? {
                Token::Null => return Ok(None),
                Token::Text(text) => match resource_contents(&text)? {
                    Some(contents) => contents,
                    None => ResourceContents::new("", ResourceBody::Text(text)),
                },
                Token::Other(_) => return Err(InvalidResult::new("a resource has to be a string")),
            },
            ReturnValue::Failed(why) => return Err(InvalidResult::new(why)),
            ReturnValue::Tool(_) | ReturnValue::Prompt(_) => {
                return Err(InvalidResult::new("it is not the contents of a resource"));
            }
        };
        Ok(Some(contents.or_declared(uri, mime_type)))
    }
}

/// The text of a value, as the extension takes it without `useResultSchema`. `None` for `null`.
fn text(value: &RawValue) -> Result<Option<String>, InvalidResult> {
    Ok(match Token::read(value)? {
        Token::Null => None,
        Token::Text(text) | Token::Other(text) => Some(text),
    })
}

/// Opens the envelope that the extension expects with `useResultSchema`.
fn open<T: Default>(
    value: &RawValue,
    read: impl FnOnce(&Envelope<'_>) -> Result<T, InvalidResult>,
) -> Result<T, InvalidResult> {
    match Token::read(value)? {
        Token::Null => Ok(T::default()),
        Token::Text(text) => read(&Envelope(RawObject::parse(&text)?)),
        Token::Other(_) => Err(InvalidResult::new(
            "with `useResultSchema` the return value has to be a string that holds the JSON of an envelope",
        )),
    }
}

/// JSON with a `type`, and `content` that is JSON in a string. Names count in any case.
struct Envelope<'a>(RawObject<'a>);

impl Envelope<'_> {
    /// A member, which has to be a string.
    fn member(&self, name: &str) -> Result<Option<String>, InvalidResult> {
        Ok(self.0.read_ignoring_case(name)?)
    }

    /// A member that has to be there.
    fn required(&self, name: &str) -> Result<String, InvalidResult> {
        self.member(name)?.ok_or_else(|| InvalidResult::new(format!("the envelope has no `{name}`")))
    }
}

fn tool_result(envelope: &Envelope<'_>) -> Result<ToolResult, InvalidResult> {
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
        return Err(InvalidResult::new("the envelope holds no content block"));
    }
    let mut result = ToolResult::from(blocks);
    if let Some(structured) = envelope.member("structuredContent")?.filter(|json| !json.is_empty()) {
        if structured.trim() == "null" {
            return Err(InvalidResult::new("`structuredContent` of the envelope is null"));
        }
        result.structured_content = Some(RawValue::from_string(structured)?);
    }
    Ok(result)
}

fn prompt_result(envelope: &Envelope<'_>) -> Result<PromptResult, InvalidResult> {
    let (kind, content) = (envelope.required("type")?, envelope.required("content")?);
    if kind.eq_ignore_ascii_case("get_prompt_result") {
        PromptResult::read(&content)
    } else if kind.eq_ignore_ascii_case("prompt_messages") {
        PromptMessage::read_list(&content).map(PromptResult::from)
    } else {
        Err(InvalidResult::new(format!("there is no envelope of type `{kind}` for prompts")))
    }
}

/// The contents in an envelope: JSON with a member `content`, a string that holds the JSON of an object. `None` for any other
/// text: only its look tells an envelope from text.
fn resource_contents(text: &str) -> Result<Option<ResourceContents>, InvalidResult> {
    let Some(content) = RawObject::parse(text).ok().and_then(|envelope| envelope.get_ignoring_case("content")) else {
        return Ok(None);
    };
    match serde_json::from_str::<Option<String>>(content.get()) {
        Ok(Some(content)) if content.trim() != "null" => match RawObject::parse(&content) {
            Ok(_) => ResourceContents::read(&content).map(Some),
            Err(_) => Ok(None),
        },
        // recordings/results.jsonl, "resource cnull"
        Ok(_) => Err(InvalidResult::new("`content` of the envelope is null")),
        Err(_) => Ok(None),
    }
}
