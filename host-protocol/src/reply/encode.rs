use super::{FunctionResult, ReturnValue};
use crate::ToolResult;
use crate::content::AsExtension;
use crate::json::system_text;

impl FunctionResult {
    /// The body of the handler's reply: a JSON object, sent with status 200 and `Content-Type: application/json`.
    ///
    /// # Errors
    ///
    /// None that is known: all parts are text or JSON already.
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
        match &self.return_value {
            ReturnValue::None => {}
            ReturnValue::Json(value) => {
                body.extend_from_slice(b",\"ReturnValue\":");
                body.extend_from_slice(value.get().as_bytes());
            }
            ReturnValue::Tool(result) => {
                body.extend_from_slice(b",\"ReturnValue\":");
                write_envelope(&mut body, &serde_json::to_string(&AsExtension(result))?);
            }
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

/// Writes a `call_tool_result` envelope as the string that the extension wants: JSON in a string in JSON in a string. Never
/// anything else: plain text may be taken for a date, and only this envelope can say `isError`.
///
/// The content is JSON already. Going two strings deep, the only characters in it to escape are the quotes and backslashes.
fn write_envelope(body: &mut Vec<u8>, content: &str) {
    body.reserve(content.len() * 2);
    body.extend_from_slice(br#""{\"type\":\"call_tool_result\",\"content\":\""#);
    for byte in content.bytes() {
        match byte {
            b'"' => body.extend_from_slice(br#"\\\""#),
            b'\\' => body.extend_from_slice(br"\\\\"),
            _ => body.push(byte),
        }
    }
    body.extend_from_slice(br#"\"}""#);
}

impl ToolResult {
    /// The result as the extension sends it to the client.
    ///
    /// # Errors
    ///
    /// When JSON text inside holds half a surrogate pair.
    pub fn extension_json(&self) -> serde_json::Result<String> {
        system_text::to_string(&AsExtension(self))
    }
}
