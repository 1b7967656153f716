//! Values of bindings, as the host sends them to the app and stores them for it.

use crate::function::bindings::Binding;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use host_protocol::invocation::Input;
use serde_json::Value;
use serde_json::value::RawValue;

/// The value of an `#[input]`, made with `From`: text, bytes, or JSON.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum InputValue {
    /// Bytes, or text in UTF-8.
    Bytes(Vec<u8>),
    /// JSON: an entity of a table, a document.
    Json(Value),
}

impl From<&str> for InputValue {
    fn from(text: &str) -> Self {
        InputValue::Bytes(text.into())
    }
}

impl From<String> for InputValue {
    fn from(text: String) -> Self {
        InputValue::Bytes(text.into_bytes())
    }
}

impl From<Vec<u8>> for InputValue {
    fn from(bytes: Vec<u8>) -> Self {
        InputValue::Bytes(bytes)
    }
}

impl From<&[u8]> for InputValue {
    fn from(bytes: &[u8]) -> Self {
        InputValue::Bytes(bytes.into())
    }
}

impl<const N: usize> From<&[u8; N]> for InputValue {
    fn from(bytes: &[u8; N]) -> Self {
        InputValue::Bytes(bytes.into())
    }
}

impl From<Value> for InputValue {
    fn from(json: Value) -> Self {
        InputValue::Json(json)
    }
}

/// The value as the host sends it.
pub(super) fn encode(binding: Binding, value: InputValue) -> Input {
    if binding.is_base64() {
        let bytes = match value {
            InputValue::Bytes(bytes) => bytes,
            InputValue::Json(json) => json.to_string().into_bytes(),
        };
        return Input::Encoded(BASE64_STANDARD.encode(bytes));
    }
    match value {
        InputValue::Bytes(bytes) => Input::Text(String::from_utf8_lossy(&bytes).into_owned()),
        InputValue::Json(Value::String(text)) => Input::Text(text),
        InputValue::Json(Value::Null) => Input::Missing,
        InputValue::Json(json @ Value::Object(_)) => Input::Object(json.to_string()),
        InputValue::Json(json) => Input::Encoded(json.to_string()),
    }
}

/// The bytes that the host stores: a string is base64, of text as well; everything else is JSON. Of several messages these are
/// the texts of a JSON list.
pub(super) fn decode(binding: Binding, value: &RawValue) -> Vec<u8> {
    let json = value.get();
    match serde_json::from_str::<String>(json) {
        // Where JSON goes out as it is, a string may also be that.
        Ok(text) => match BASE64_STANDARD.decode(&text) {
            Ok(bytes) => bytes,
            Err(_) if binding.is_base64() => text.into_bytes(),
            Err(_) => json.into(),
        },
        Err(_) => json.into(),
    }
}

/// The messages that the host sends, one by one.
pub(super) fn decode_messages(binding: Binding, value: &RawValue) -> Vec<Vec<u8>> {
    let Ok(messages) = serde_json::from_str::<Vec<&RawValue>>(value.get()) else { return vec![decode(binding, value)] };
    let message = |message: &RawValue| match serde_json::from_str::<String>(message.get()) {
        // In a list the host takes strings as they are.
        Ok(text) => text.into_bytes(),
        Err(_) => message.get().into(),
    };
    messages.into_iter().map(message).collect()
}
