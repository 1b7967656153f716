//! A reply as the handler writes it.

use super::{FunctionResult, ReturnValue};
use crate::content::AsExtension;
use memchr::memchr2;
use serde::Serialize;

impl FunctionResult {
    /// The body of the handler's reply: a JSON object, sent with status 200 and `Content-Type: application/json`.
    ///
    /// # Errors
    ///
    /// If a part cannot be written as JSON. No such part is known: all are text or JSON already.
    pub fn encode(&self) -> serde_json::Result<Vec<u8>> {
        let mut body = Vec::with_capacity(256);
        if !self.outputs.is_empty() {
            body.extend_from_slice(b",\"Outputs\":{");
            for (at, (name, value)) in self.outputs.iter().enumerate() {
                if at > 0 {
                    body.push(b',');
                }
                serde_json::to_writer(&mut body, name)?;
                body.push(b':');
                body.extend_from_slice(value.get().as_bytes());
            }
            body.push(b'}');
        }
        if !self.logs.is_empty() {
            body.extend_from_slice(b",\"Logs\":");
            serde_json::to_writer(&mut body, &self.logs)?;
        }
        if !matches!(self.return_value, ReturnValue::None) {
            body.extend_from_slice(b",\"ReturnValue\":");
        }
        match &self.return_value {
            ReturnValue::None => {}
            // Without the reason: an extension that knows no envelopes for prompts makes a text of it. And under a name that no
            // binding has: the host takes members of a return value for outputs.
            ReturnValue::Failed(_) => body.extend_from_slice(br#"{"$error":"An error occurred."}"#),
            ReturnValue::Json(value) => body.extend_from_slice(value.get().as_bytes()),
            ReturnValue::Tool(result) => write_envelope(&mut body, "call_tool_result", result)?,
            // The extension knows this envelope by its content alone.
            ReturnValue::Resource(contents) => write_envelope(&mut body, "resource", contents)?,
            ReturnValue::Prompt(result) => write_envelope(&mut body, "get_prompt_result", result)?,
        }
        // The first comma stands where the brace belongs.
        match body.first_mut() {
            Some(first) => *first = b'{',
            None => body.push(b'{'),
        }
        body.push(b'}');
        Ok(body)
    }
}

/// Writes an envelope as the string that the extension wants: JSON in a string in JSON in a string. Never anything else: plain
/// text may be taken for a date or for an envelope, and only `call_tool_result` can say `isError`.
///
/// The content is JSON already. Two strings deep, the only characters in it to escape are the quotes and backslashes.
fn write_envelope<'a, T>(body: &mut Vec<u8>, kind: &str, content: &'a T) -> serde_json::Result<()>
where
    AsExtension<'a, T>: Serialize,
{
    let content = serde_json::to_string(&AsExtension(content))?;
    body.reserve(content.len() + content.len() / 8);
    for part in [br#""{\"type\":\""#, kind.as_bytes(), br#"\",\"content\":\""#] {
        body.extend_from_slice(part);
    }
    let mut rest = content.as_bytes();
    while let Some(at) = memchr2(b'"', b'\\', rest) {
        body.extend_from_slice(&rest[..at]);
        body.extend_from_slice(&[b'\\', b'\\', b'\\', rest[at]]);
        rest = &rest[at + 1..];
    }
    body.extend_from_slice(rest);
    body.extend_from_slice(br#"\"}""#);
    Ok(())
}
