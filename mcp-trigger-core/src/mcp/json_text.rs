//! JSON text that is kept after its message was read.

use bytes::Bytes;
use serde_json::value::RawValue;

/// JSON text: a part of a request's body, which then stays in memory as long as the text, or a copy.
#[derive(Clone, Debug)]
pub struct JsonText(Bytes);

impl JsonText {
    /// Makes a text that shares the memory of a request's body, for use while the request is answered.
    ///
    /// # Panics
    ///
    /// If `json` does not borrow from `body`.
    pub fn part(body: &Bytes, json: &RawValue) -> Self {
        JsonText(body.slice_ref(json.get().as_bytes()))
    }

    /// Makes a copy, which keeps no body in memory.
    pub fn copy(json: &str) -> Self {
        JsonText(Bytes::copy_from_slice(json.as_bytes()))
    }

    /// The JSON text.
    pub fn get(&self) -> &str {
        // Every constructor takes UTF-8, so the default is never used.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl From<Box<RawValue>> for JsonText {
    fn from(json: Box<RawValue>) -> Self {
        JsonText(Box::<str>::from(json).into_string().into())
    }
}

impl From<String> for JsonText {
    /// Takes JSON text. The text is not checked.
    fn from(json: String) -> Self {
        JsonText(json.into())
    }
}
