//! The return types of functions: one trait for each kind of function, all with the same methods.

mod prompt;
mod resource;
mod tool;

pub use prompt::{IntoPromptResult, prompt_result};
pub use resource::{IntoResourceContents, resource_result};
pub use tool::{IntoToolResult, Json, Structured, tool_result};

use crate::function::Outcome;
use crate::function::error::FunctionError;
use crate::function::schema::SchemaSource;

/// The error of a value that cannot be written as JSON, or not as a JSON object where one is needed.
fn unwritable(error: serde_json::Error) -> FunctionError {
    FunctionError::of_result(
        "the function ran, but its result cannot be sent",
        format!("its result cannot be sent: {error}"),
    )
}

/// The return type `R` of a function whose result is a `T`. As with [`ArgSpec`](crate::function::params::ArgSpec), only this type
/// has bounds on `R`.
#[derive(Debug)]
pub struct ResultSpec<R, T> {
    /// The schema of the structured content, for tools that have some.
    pub output_schema: Option<SchemaSource>,
    /// The MIME type of contents that have no MIME type of their own.
    pub mime_type: Option<&'static str>,
    convert: fn(R) -> Outcome<T>,
}

impl<R, T> ResultSpec<R, T> {
    /// Converts the returned value.
    ///
    /// # Errors
    ///
    /// If the function failed, or its value cannot be written as JSON.
    pub fn into_outcome(self, returned: R) -> Outcome<T> {
        (self.convert)(returned)
    }
}
