//! JSON text that outlives the message that it came in.

use super::request::Received;
use bytes::Bytes;
use serde_json::value::RawValue;

/// JSON text to be kept: a part of the body of a request, which then stays as long, or a copy.
#[derive(Clone, Debug)]
pub(super) struct JsonText(Bytes);

impl JsonText {
    /// A part of a request, for as long as that is worked on.
    ///
    /// # Panics
    ///
    /// When it is none: it has to have been read from the body itself.
    pub(super) fn part(received: &Received, json: &RawValue) -> Self {
        JsonText(received.body.slice_ref(json.get().as_bytes()))
    }

    /// A copy, for as long as anybody likes.
    pub(super) fn copy(json: &str) -> Self {
        JsonText(Bytes::copy_from_slice(json.as_bytes()))
    }

    pub(super) fn get(&self) -> &str {
        // It was text before it was bytes.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}
