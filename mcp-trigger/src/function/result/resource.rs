//! The return types of resources.

use super::{Json, ResultSpec, unwritable};
use crate::function::error::{FunctionError, IntoFunctionError};
use host_protocol::content::{ResourceBody, ResourceContents};
use serde::Serialize;
use std::borrow::Cow;

/// A return type of resources.
///
/// | type | what the client gets |
/// |---|---|
/// | `String`, `&str`, `Cow<str>` | text, as it is: nothing in it is taken for anything else |
/// | `Vec<u8>`, `&[u8]`, `&[u8; N]` | bytes, in base64 |
/// | [`Json<T>`] | the JSON text |
/// | [`ResourceContents`] | itself; an empty address is the one that was asked for |
/// | `Option<T>` | `T`, or nothing |
/// | `Result<T, E>` | `T`, or an error |
///
/// Without a `mime_type` in the attribute, text is `text/plain`, bytes are `application/octet-stream` and JSON is
/// `application/json`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from an `#[mcp_resource]` function",
    label = "not the contents of a resource",
    note = "return text (`value.to_string()`), bytes (`Vec<u8>`), `Json<{Self}>` for its JSON text, `ResourceContents`, or an `Option` or `Result` of these"
)]
pub trait IntoResourceContents {
    /// The MIME type of the contents if the attribute has none. Without one, the extension lists `null`.
    const MIME_TYPE: Option<&'static str> = None;

    /// Converts the returned value.
    ///
    /// # Errors
    ///
    /// If the function failed, or its value cannot be written as JSON.
    fn into_resource_contents(self) -> Result<Option<ResourceContents>, FunctionError>;
}

/// The single place where the return type of a resource has to be [`IntoResourceContents`].
pub const fn resource_result<R: IntoResourceContents>() -> ResultSpec<R, Option<ResourceContents>> {
    ResultSpec { output_schema: None, mime_type: R::MIME_TYPE, convert: R::into_resource_contents }
}

type Contents = Result<Option<ResourceContents>, FunctionError>;

fn contents(body: ResourceBody) -> Contents {
    Ok(Some(ResourceContents::new("", body)))
}

impl IntoResourceContents for ResourceContents {
    fn into_resource_contents(self) -> Contents {
        Ok(Some(self))
    }
}

impl IntoResourceContents for String {
    const MIME_TYPE: Option<&'static str> = Some("text/plain");

    fn into_resource_contents(self) -> Contents {
        contents(ResourceBody::Text(self))
    }
}

impl IntoResourceContents for &str {
    const MIME_TYPE: Option<&'static str> = Some("text/plain");

    fn into_resource_contents(self) -> Contents {
        self.to_owned().into_resource_contents()
    }
}

impl IntoResourceContents for Cow<'_, str> {
    const MIME_TYPE: Option<&'static str> = Some("text/plain");

    fn into_resource_contents(self) -> Contents {
        self.into_owned().into_resource_contents()
    }
}

impl IntoResourceContents for &[u8] {
    const MIME_TYPE: Option<&'static str> = Some("application/octet-stream");

    fn into_resource_contents(self) -> Contents {
        contents(ResourceBody::bytes(self))
    }
}

impl<const N: usize> IntoResourceContents for &[u8; N] {
    const MIME_TYPE: Option<&'static str> = Some("application/octet-stream");

    fn into_resource_contents(self) -> Contents {
        contents(ResourceBody::bytes(self))
    }
}

impl IntoResourceContents for Vec<u8> {
    const MIME_TYPE: Option<&'static str> = Some("application/octet-stream");

    fn into_resource_contents(self) -> Contents {
        contents(ResourceBody::bytes(self))
    }
}

impl<T: Serialize> IntoResourceContents for Json<T> {
    const MIME_TYPE: Option<&'static str> = Some("application/json");

    fn into_resource_contents(self) -> Contents {
        contents(ResourceBody::Text(serde_json::to_string(&self.0).map_err(unwritable)?))
    }
}

impl<T: IntoResourceContents> IntoResourceContents for Option<T> {
    const MIME_TYPE: Option<&'static str> = T::MIME_TYPE;

    fn into_resource_contents(self) -> Contents {
        self.map_or(Ok(None), T::into_resource_contents)
    }
}

impl<T: IntoResourceContents, E: IntoFunctionError> IntoResourceContents for Result<T, E> {
    const MIME_TYPE: Option<&'static str> = T::MIME_TYPE;

    fn into_resource_contents(self) -> Contents {
        self.map_err(IntoFunctionError::into_function_error)?.into_resource_contents()
    }
}
