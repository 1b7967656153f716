//! JSON text that outlives the message that it came in.

use bytes::Bytes;
use serde_json::value::RawValue;

/// JSON text to be kept: a part of the body of a request, which then stays as long, or a copy.
#[derive(Clone, Debug)]
pub struct JsonText(Bytes);

impl JsonText {
    /// A part of a request, for as long as that is worked on.
    ///
    /// # Panics
    ///
    /// When it is none: it has to have been read from the body itself.
    pub fn part(body: &Bytes, json: &RawValue) -> Self {
        JsonText(body.slice_ref(json.get().as_bytes()))
    }

    /// A copy, for as long as anybody likes.
    pub fn copy(json: &str) -> Self {
        JsonText(Bytes::copy_from_slice(json.as_bytes()))
    }

    /// The text.
    pub fn get(&self) -> &str {
        // It was text before it was bytes.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl From<Box<RawValue>> for JsonText {
    fn from(json: Box<RawValue>) -> Self {
        JsonText(Box::<str>::from(json).into_string().into())
    }
}

impl From<String> for JsonText {
    /// JSON text that was made here.
    fn from(json: String) -> Self {
        JsonText(json.into())
    }
}
