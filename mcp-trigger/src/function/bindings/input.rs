//! Input bindings: the types of their parameters.

use super::{Binding, Encoding};
use crate::Json;
use crate::function::error::FunctionError;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use host_protocol::invocation::Input;
use serde::de::DeserializeOwned;

/// A type that a parameter with `#[input(…)]` may have.
///
/// | type | what the function gets |
/// |---|---|
/// | `String` | the text; an error if it is not UTF-8 |
/// | `Vec<u8>` | the bytes |
/// | [`Json<T>`] | what the JSON says |
/// | `Option<T>` | `T`, or `None` if there is no such blob. Without `Option` that is an error |
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value of an `#[input]` binding",
    label = "not an input",
    note = "take `String`, `Vec<u8>`, `Json<{Self}>`, or an `Option` of these if it may be missing"
)]
pub trait FromInput: Sized + Send + 'static {
    /// Converts the bytes of the input; `None` if the host found no value.
    ///
    /// # Errors
    ///
    /// If the bytes do not fit the type.
    fn from_input(bytes: Option<Vec<u8>>) -> Result<Self, FunctionError>;

    /// Whether the type has a value for a missing input, as `Option` has.
    const MAY_BE_MISSING: bool = false;
}

/// A parameter that is an input binding. As with [`ArgSpec`](crate::function::params::ArgSpec), nothing else asks anything of `T`.
#[derive(Debug)]
pub struct InputSpec<T> {
    /// The binding.
    pub binding: Binding,
    may_be_missing: bool,
    convert: fn(Option<Vec<u8>>) -> Result<T, FunctionError>,
}

/// A parameter of type `T`.
pub const fn input_spec<T: FromInput>(binding: Binding) -> InputSpec<T> {
    InputSpec { binding, may_be_missing: T::MAY_BE_MISSING, convert: T::from_input }
}

impl<T> InputSpec<T> {
    pub(crate) fn name(&self) -> &'static str {
        self.binding.name
    }

    /// The value of the parameter.
    ///
    /// # Errors
    ///
    /// If there is no value, or it does not fit the type.
    pub(crate) fn take(&self, input: Option<&Input>) -> Result<T, FunctionError> {
        let encoding = Binding::encoding(self.binding.kind);
        let bytes = match input {
            None => None,
            // A blob of the three bytes whose base64 is `null` looks like one that is not there; where there has to be one, it is.
            Some(Input::Missing) if !self.may_be_missing && encoding == Encoding::Base64 => decode("null").ok(),
            Some(Input::Missing) => None,
            Some(Input::Text(text)) => Some(text.clone().into_bytes()),
            Some(Input::Encoded(text)) if encoding == Encoding::Base64 => Some(decode(text)?),
            Some(Input::Encoded(text) | Input::Object(text)) => Some(text.clone().into_bytes()),
        };
        (self.convert)(bytes).map_err(|error| error.about(format_args!("input `{}`", self.name())))
    }
}

fn decode(text: &str) -> Result<Vec<u8>, FunctionError> {
    BASE64_STANDARD.decode(text).map_err(|error| format!("what the host sent is not base64: {error}").into())
}

impl FromInput for Vec<u8> {
    fn from_input(bytes: Option<Vec<u8>>) -> Result<Self, FunctionError> {
        bytes.ok_or_else(|| "it is not there; make the parameter an `Option` if that may be".into())
    }
}

impl FromInput for String {
    fn from_input(bytes: Option<Vec<u8>>) -> Result<Self, FunctionError> {
        String::from_utf8(Vec::from_input(bytes)?).map_err(|_| "it is not text in UTF-8".into())
    }
}

impl<T: DeserializeOwned + Send + 'static> FromInput for Json<T> {
    fn from_input(bytes: Option<Vec<u8>>) -> Result<Self, FunctionError> {
        let bytes = Vec::from_input(bytes)?;
        serde_json::from_slice(&bytes)
            .map(Json)
            .map_err(|error| format!("it is not the JSON it should be: {error}").into())
    }
}

impl<T: FromInput> FromInput for Option<T> {
    const MAY_BE_MISSING: bool = true;

    fn from_input(bytes: Option<Vec<u8>>) -> Result<Self, FunctionError> {
        bytes.map(|bytes| T::from_input(Some(bytes))).transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOB: Binding = Binding { name: "file", kind: "blob", is_output: false, properties: "{}" };
    const TABLE: Binding = Binding { name: "row", kind: "table", is_output: false, properties: "{}" };

    #[test]
    fn a_blob_is_what_its_bytes_are() {
        let text = Input::Encoded("aMOp".to_owned());
        assert_eq!(input_spec::<String>(BLOB).take(Some(&text)).unwrap(), "hé");
        assert_eq!(input_spec::<Option<Vec<u8>>>(BLOB).take(Some(&text)).unwrap().unwrap(), "hé".as_bytes());
        let json = Input::Encoded(BASE64_STANDARD.encode("[1,2]"));
        assert_eq!(input_spec::<Json<Vec<u8>>>(BLOB).take(Some(&json)).unwrap().0, [1, 2]);
        let empty = Input::Encoded(String::new());
        assert_eq!(input_spec::<Option<String>>(BLOB).take(Some(&empty)).unwrap().as_deref(), Some(""));
    }

    #[test]
    fn a_blob_that_is_not_there() {
        assert_eq!(input_spec::<Option<String>>(BLOB).take(Some(&Input::Missing)).unwrap(), None);
        // The three bytes are no UTF-8, so for a text nothing is in doubt.
        let message = input_spec::<String>(BLOB).take(Some(&Input::Missing)).unwrap_err().to_string();
        assert!(message.starts_with("input `file`: "), "{message}");
        assert_eq!(input_spec::<Vec<u8>>(BLOB).take(Some(&Input::Missing)).unwrap(), [0x9e, 0xe9, 0x65]);
    }

    #[test]
    fn other_bindings_send_json() {
        let row = Input::Object(r#"{"a":1}"#.to_owned());
        assert_eq!(input_spec::<Json<serde_json::Value>>(TABLE).take(Some(&row)).unwrap().0["a"], 1);
        let rows = Input::Encoded("[1]".to_owned());
        assert_eq!(input_spec::<Json<Vec<u8>>>(TABLE).take(Some(&rows)).unwrap().0, [1]);
        assert_eq!(input_spec::<Option<String>>(TABLE).take(None).unwrap(), None);
    }
}
