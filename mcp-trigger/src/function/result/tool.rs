//! The return types of tools.

use super::{ResultSpec, unwritable};
use crate::function::error::{IntoFunctionError, ToolError};
use crate::function::schema::{self, Checker, SchemaFn, SchemaSource};
use host_protocol::{ContentBlock, ToolResult};
use schemars::JsonSchema;
use serde::Serialize;
use std::borrow::Cow;

/// A return type of tools.
///
/// | type | what the client gets |
/// |---|---|
/// | `()` | no content |
/// | `String`, `&str`, `Cow<str>`, `char`, numbers, `bool` | one text block |
/// | [`Json<T>`] | structured content, the output schema of `T`, and the JSON text as a text block |
/// | [`ContentBlock`], `Vec<ContentBlock>` | these blocks |
/// | [`ToolResult`] | itself |
/// | `Option<T>` | `T`, or no content |
/// | `Result<T, E>` | `T`, or a result with `isError` and the error's message |
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from an `#[mcp_tool]` function",
    label = "not a tool result",
    note = "return a struct or a map in `Json`: with `#[derive(serde::Serialize, schemars::JsonSchema)]` it is structured content, an object",
    note = "put a list or a tuple into a field of such a struct, or return it as text: `items.join(\"\\n\")`, `serde_json::to_string(&items)?`",
    note = "return bytes as `ContentBlock::image_of`, `audio_of` or an embedded resource; text, a number, `bool`, `()`, `Vec<ContentBlock>` and `ToolResult` are results as they are, and so are an `Option` and a `Result` of all these"
)]
pub trait IntoToolResult {
    /// The schema of the structured content, for types that have structured content.
    const OUTPUT_SCHEMA: Option<SchemaFn> = None;

    /// Converts the returned value.
    ///
    /// # Errors
    ///
    /// If the function failed, or its value cannot be written as JSON.
    fn into_tool_result(self) -> Result<ToolResult, ToolError>;
}

/// The single place where the return type of a tool has to be [`IntoToolResult`].
pub const fn tool_result<R: IntoToolResult>() -> ResultSpec<R, ToolResult> {
    // A constant cannot call `Option::map` yet.
    let output_schema = match R::OUTPUT_SCHEMA {
        Some(schema) => Some(SchemaSource::Type(schema)),
        None => None,
    };
    ResultSpec { output_schema, mime_type: None, convert: R::into_tool_result }
}

/// A return value as structured content: JSON that fits the output schema in the listing of the tool, and the same JSON as a text
/// block. `T` has to be written as a JSON object, not as a list or a number.
///
/// ```
/// use mcp_trigger::{Json, mcp_tool, schemars};
///
/// #[derive(serde::Serialize, schemars::JsonSchema)]
/// struct Forecast {
///     /// Degrees Celsius
///     temperature: f32,
/// }
///
/// /// Tomorrow's weather.
/// #[mcp_tool]
/// fn forecast() -> Json<Forecast> {
///     Json(Forecast { temperature: 21.5 })
/// }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

/// A type that [`Json`] can hold: implemented for every type with `Serialize` and `JsonSchema`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be structured content",
    label = "not structured content",
    note = "add `#[derive(serde::Serialize, schemars::JsonSchema)]` to its definition"
)]
pub trait Structured: Serialize + JsonSchema {}

#[diagnostic::do_not_recommend]
impl<T: Serialize + JsonSchema> Structured for T {}

impl<T: Structured> IntoToolResult for Json<T> {
    const OUTPUT_SCHEMA: Option<SchemaFn> = Some(schema::result::<T>);

    fn into_tool_result(self) -> Result<ToolResult, ToolError> {
        let result = ToolResult::structured(&self.0).map_err(unwritable)?;
        if cfg!(debug_assertions) {
            check(schema::result::<T>, &result)?;
        }
        Ok(result)
    }
}

/// Checks structured content against its schema. The model gets the place of a mismatch, and the log gets its cause.
fn check(schema: SchemaFn, result: &ToolResult) -> Result<(), ToolError> {
    let Some(content) = &result.structured_content else { return Ok(()) };
    let content = serde_json::from_str(content.get()).map_err(unwritable)?;
    Checker::new(schema::of_result(schema)).check(&content).map_err(|mismatch| {
        ToolError::of_result(
            format!("the tool ran, but its result is not what its output schema promises, and is held back: {mismatch}"),
            format!(
                "the structured content does not fit its output schema: {mismatch}. Either a number is NaN or infinite, which is \
                 written as null, or `Serialize` and `JsonSchema` of the type disagree (this is checked in debug builds only)"
            ),
        )
    })
}

impl IntoToolResult for ToolResult {
    fn into_tool_result(self) -> Result<ToolResult, ToolError> {
        Ok(self)
    }
}

impl IntoToolResult for () {
    fn into_tool_result(self) -> Result<ToolResult, ToolError> {
        Ok(ToolResult::default())
    }
}

impl IntoToolResult for ContentBlock {
    fn into_tool_result(self) -> Result<ToolResult, ToolError> {
        Ok(self.into())
    }
}

impl IntoToolResult for Vec<ContentBlock> {
    fn into_tool_result(self) -> Result<ToolResult, ToolError> {
        Ok(self.into())
    }
}

/// `None` has no content. The schema of a `Json` inside is not listed, since a listed schema requires content.
impl<T: IntoToolResult> IntoToolResult for Option<T> {
    fn into_tool_result(self) -> Result<ToolResult, ToolError> {
        self.map_or_else(|| Ok(ToolResult::default()), T::into_tool_result)
    }
}

impl<T: IntoToolResult, E: IntoFunctionError> IntoToolResult for Result<T, E> {
    const OUTPUT_SCHEMA: Option<SchemaFn> = T::OUTPUT_SCHEMA;

    fn into_tool_result(self) -> Result<ToolResult, ToolError> {
        self.map_err(IntoFunctionError::into_function_error)?.into_tool_result()
    }
}

macro_rules! text_results {
    ($($type:ty),* $(,)?) => {$(
        impl IntoToolResult for $type {
            fn into_tool_result(self) -> Result<ToolResult, ToolError> {
                Ok(ContentBlock::text(self.to_string()).into())
            }
        }
    )*};
}

text_results!(&str, Cow<'_, str>, Box<str>, char, bool, f32, f64);
text_results!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

impl IntoToolResult for String {
    fn into_tool_result(self) -> Result<ToolResult, ToolError> {
        Ok(ContentBlock::text(self).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, JsonSchema)]
    struct Reading {
        celsius: f64,
    }

    /// JSON has no NaN. Which trait disagrees with which is nothing that a model could do something about.
    #[test]
    fn a_result_that_is_held_back_is_told_to_model_and_author_in_their_words() {
        for celsius in [f64::NAN, f64::INFINITY] {
            let error = Json(Reading { celsius }).into_tool_result().unwrap_err();
            let (told, logged) = (error.to_string(), error.logged());
            assert!(told.ends_with("is held back: `celsius`: expected a number, not null"), "{told}");
            assert!(
                !told.contains("Serialize") && logged.contains("NaN") && logged.contains("`JsonSchema`"),
                "{logged}"
            );
        }
        assert!(Json(Reading { celsius: 21.5 }).into_tool_result().is_ok());
    }

    #[test]
    fn a_value_that_is_no_object_is_told_alike() {
        let error = Json(vec![1]).into_tool_result().unwrap_err();
        assert_eq!(error.to_string(), "the function ran, but its result cannot be sent");
        assert!(error.logged().contains("has to be a JSON object"), "{}", error.logged());
    }
}
