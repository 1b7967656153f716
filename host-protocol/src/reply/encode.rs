use super::{FunctionResult, ReturnValue};
use crate::ToolResult;
use crate::content::AsExtension;
use crate::json::system_text;
use serde::{Serialize, Serializer, ser::SerializeMap};

impl FunctionResult {
    /// The body of the handler's reply: a JSON object, sent with status 200 and `Content-Type: application/json`.
    ///
    /// # Errors
    ///
    /// None that is known: all parts are text or JSON already.
    pub fn encode(&self) -> serde_json::Result<Vec<u8>> {
        let mut body = Vec::with_capacity(256);
        self.serialize(&mut serde_json::Serializer::new(&mut body))?;
        Ok(body)
    }
}

impl Serialize for FunctionResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut body = serializer.serialize_map(None)?;
        if !self.outputs.is_empty() {
            body.serialize_entry("Outputs", &Outputs(&self.outputs))?;
        }
        if !self.logs.is_empty() {
            body.serialize_entry("Logs", &self.logs)?;
        }
        match &self.return_value {
            ReturnValue::None => {}
            ReturnValue::Json(value) => body.serialize_entry("ReturnValue", value)?,
            ReturnValue::Tool(result) => {
                body.serialize_entry("ReturnValue", &envelope(result).map_err(serde::ser::Error::custom)?)?;
            }
        }
        body.end()
    }
}

/// The result inside an envelope, as the string that the extension wants. Never anything else: plain text may be taken for a
/// date, and only this envelope can say `isError`.
fn envelope(result: &ToolResult) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Envelope {
        r#type: &'static str,
        content: String,
    }

    serde_json::to_string(&Envelope {
        r#type: "call_tool_result",
        content: serde_json::to_string(&AsExtension(result))?,
    })
}

struct Outputs<'a>(&'a [(String, Box<serde_json::value::RawValue>)]);

impl Serialize for Outputs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
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
