//! Output bindings: `Output<T>` and the values that it takes.

use super::{Binding, Encoding};
use crate::Json;
use crate::function::error::FunctionError;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use host_protocol::json::is_date_time;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// The place for a value that the host stores: a parameter with `#[output(…)]`.
///
/// The host stores the value after the function has returned without an error. An output that was not set is not stored.
///
/// ```
/// use mcp_trigger::{Output, mcp_tool};
///
/// /// Saves a snippet.
/// #[mcp_tool]
/// fn save_snippet(
///     name: String,
///     snippet: String,
///     #[output(blob, path = "snippets/{mcptoolargs.name}.txt")] file: Output<String>,
/// ) -> String {
///     file.set(snippet);
///     format!("saved {name}")
/// }
///
/// let file = Output::new();
/// save_snippet("greeting".to_owned(), "hello".to_owned(), file.clone());
/// assert_eq!(file.take().as_deref(), Some("hello"));
/// ```
pub struct Output<T>(Arc<Mutex<Option<T>>>);

impl<T> Output<T> {
    /// An empty output, to call a function in a test.
    pub fn new() -> Self {
        Output(Arc::default())
    }

    /// Sets the value, and replaces one that was set before.
    pub fn set(&self, value: T) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }

    /// Takes the value out, if one was set.
    pub fn take(&self) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl<T> Output<Vec<T>> {
    /// Adds a message.
    pub fn push(&self, message: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_default().push(message);
    }
}

/// Another handle to the same output.
impl<T> Clone for Output<T> {
    fn clone(&self) -> Self {
        Output(Arc::clone(&self.0))
    }
}

impl<T> Default for Output<T> {
    fn default() -> Self {
        Output::new()
    }
}

impl<T> fmt::Debug for Output<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Output")
    }
}

/// A value that can be stored as a blob or sent as a message: text, bytes, and [`Json<T>`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be one blob or one message",
    label = "not a blob or message",
    note = "one is a `String`, a `Vec<u8>` or a `Json<{Self}>`"
)]
pub trait Message: Send + 'static {
    /// The bytes, and whether they are JSON.
    ///
    /// # Errors
    ///
    /// If the value cannot be written as JSON.
    #[doc(hidden)]
    fn into_piece(self) -> Result<Piece, FunctionError>;
}

/// One piece of what is stored.
#[doc(hidden)]
#[derive(Debug)]
pub enum Piece {
    Bytes(Vec<u8>),
    Json(Box<RawValue>),
}

/// A value of an [`Output`]: one [`Message`], or a `Vec` of them for a binding that takes several.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent through an `#[output]` binding",
    label = "not an output",
    note = "use `Output<String>`, `Output<Vec<u8>>`, `Output<Json<{Self}>>`, or `Output<Vec<…>>` of these for several messages"
)]
pub trait IntoOutput: Send + 'static {
    /// The pieces, and whether they are several messages.
    ///
    /// # Errors
    ///
    /// If a message cannot be written as JSON.
    #[doc(hidden)]
    fn into_pieces(self) -> Result<Pieces, FunctionError>;
}

/// The value of an output binding.
#[doc(hidden)]
#[derive(Debug)]
pub enum Pieces {
    One(Piece),
    Many(Vec<Piece>),
}

impl Message for String {
    fn into_piece(self) -> Result<Piece, FunctionError> {
        Ok(Piece::Bytes(self.into_bytes()))
    }
}

impl Message for &'static str {
    fn into_piece(self) -> Result<Piece, FunctionError> {
        self.to_owned().into_piece()
    }
}

impl Message for Vec<u8> {
    fn into_piece(self) -> Result<Piece, FunctionError> {
        Ok(Piece::Bytes(self))
    }
}

impl<T: Serialize + Send + 'static> Message for Json<T> {
    fn into_piece(self) -> Result<Piece, FunctionError> {
        Ok(Piece::Json(to_raw_value(&self.0)?))
    }
}

macro_rules! one_message {
    ($($type:ty $(where $parameter:ident)?),*) => {$(
        impl$(<$parameter: Serialize + Send + 'static>)? IntoOutput for $type {
            fn into_pieces(self) -> Result<Pieces, FunctionError> {
                self.into_piece().map(Pieces::One)
            }
        }
    )*};
}

one_message!(String, &'static str, Vec<u8>, Json<T> where T);

impl<T: Message> IntoOutput for Vec<T> {
    fn into_pieces(self) -> Result<Pieces, FunctionError> {
        self.into_iter().map(T::into_piece).collect::<Result<_, _>>().map(Pieces::Many)
    }
}

/// A parameter that is an output binding. As with [`ArgSpec`](crate::function::params::ArgSpec), nothing else asks anything of `T`.
#[derive(Debug)]
pub struct OutputSpec<T> {
    /// The binding.
    pub binding: Binding,
    convert: fn(T) -> Result<Pieces, FunctionError>,
}

/// A parameter `Output<T>` for a binding that may take several messages.
pub const fn output_spec<T: IntoOutput>(binding: Binding) -> OutputSpec<T> {
    OutputSpec { binding, convert: T::into_pieces }
}

/// A parameter `Output<T>` for a blob, which is one piece.
pub const fn blob_output_spec<T: Message>(binding: Binding) -> OutputSpec<T> {
    OutputSpec { binding, convert: |value| value.into_piece().map(Pieces::One) }
}

impl<T> OutputSpec<T> {
    pub(crate) fn name(&self) -> &'static str {
        self.binding.name
    }

    /// An output for the function.
    pub fn open(&self) -> Output<T> {
        Output::new()
    }

    /// The value on the wire, if one was set.
    ///
    /// # Errors
    ///
    /// If the value cannot be written for the host.
    pub(crate) fn write(&self, output: Output<T>) -> Result<Option<Box<RawValue>>, FunctionError> {
        let Some(value) = output.take() else { return Ok(None) };
        let encoding = Binding::encoding(self.binding.kind);
        let written = (self.convert)(value).and_then(|pieces| match pieces {
            Pieces::One(piece) => one(piece, encoding).map(Some),
            Pieces::Many(mut pieces) => match pieces.len() {
                0 => Ok(None),
                1 => one(pieces.remove(0), encoding).map(Some),
                _ => many(pieces, encoding).map(Some),
            },
        });
        written.map_err(|error| error.about(format_args!("output `{}`", self.name())))
    }
}

fn one(piece: Piece, encoding: Encoding) -> Result<Box<RawValue>, FunctionError> {
    match piece {
        Piece::Json(json) if encoding == Encoding::Plain => Ok(json),
        Piece::Json(json) => Ok(to_raw_value(&BASE64_STANDARD.encode(json.get()))?),
        Piece::Bytes(bytes) => Ok(to_raw_value(&BASE64_STANDARD.encode(bytes))?),
    }
}

/// A list. The host takes its strings as they are, without a look for base64, so each has to be text; and one that is a date
/// would not survive its JSON reader.
fn many(pieces: Vec<Piece>, encoding: Encoding) -> Result<Box<RawValue>, FunctionError> {
    let text = |piece| match piece {
        Piece::Json(json) if encoding == Encoding::Plain => Ok(json),
        Piece::Json(json) => Ok(to_raw_value(json.get())?),
        Piece::Bytes(bytes) => match String::from_utf8(bytes) {
            Ok(text) if is_date_time(&text) => Err(format!(
                "among several messages `{text}` would be rewritten by the host; send it alone, or in a `Json`"
            )
            .into()),
            Ok(text) => Ok(to_raw_value(&text)?),
            Err(_) => Err("several messages have to be text in UTF-8 each; send bytes alone, or in a `Json`".into()),
        },
    };
    let pieces: Vec<Box<RawValue>> = pieces.into_iter().map(text).collect::<Result<_, FunctionError>>()?;
    Ok(to_raw_value(&pieces)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOB: Binding = Binding { name: "file", kind: "blob", is_output: true, properties: "{}" };
    const QUEUE: Binding = Binding { kind: "queue", ..BLOB };
    const COSMOS: Binding = Binding { kind: "cosmosDB", ..BLOB };

    fn written<T: IntoOutput>(binding: Binding, value: T) -> Result<String, String> {
        let spec = output_spec::<T>(binding);
        let output = spec.open();
        output.set(value);
        match spec.write(output) {
            Ok(value) => Ok(value.map(|value| value.get().to_owned()).unwrap_or_default()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn one_piece_is_base64() {
        assert_eq!(written(BLOB, "abcd".to_owned()).unwrap(), r#""YWJjZA==""#);
        assert_eq!(written(BLOB, vec![0xffu8, 0]).unwrap(), r#""/wA=""#);
        assert_eq!(written(QUEUE, Json(vec![1])).unwrap(), r#""WzFd""#);
        assert_eq!(written(QUEUE, "").unwrap(), r#""""#);
    }

    #[test]
    fn several_messages_are_a_list_of_texts() {
        assert_eq!(written(QUEUE, vec!["a", "b"]).unwrap(), r#"["a","b"]"#);
        assert_eq!(written(QUEUE, vec![Json(1), Json(2)]).unwrap(), r#"["1","2"]"#);
        assert_eq!(written(QUEUE, Vec::<String>::new()).unwrap(), "");
        assert_eq!(written(QUEUE, vec!["2026-01-02T03:04:05Z"]).unwrap(), r#""MjAyNi0wMS0wMlQwMzowNDowNVo=""#);
        assert!(written(QUEUE, vec!["2026-01-02T03:04:05Z", "b"]).unwrap_err().contains("rewritten"));
        assert!(written(QUEUE, vec![vec![0xffu8], vec![]]).unwrap_err().contains("UTF-8"));
    }

    #[test]
    fn other_bindings_take_json_as_it_is() {
        assert_eq!(written(COSMOS, Json(serde_json::json!({ "id": "1" }))).unwrap(), r#"{"id":"1"}"#);
        assert_eq!(written(COSMOS, vec![Json(1), Json(2)]).unwrap(), "[1,2]");
    }

    #[test]
    fn what_was_not_set_is_not_sent() {
        let spec = blob_output_spec::<String>(BLOB);
        assert!(spec.write(spec.open()).unwrap().is_none());
    }
}
