//! What a function may return: one trait for each kind of function, all with the same shape.

mod prompt;
mod resource;
mod tool;

pub use prompt::{IntoPromptResult, prompt_result};
pub use resource::{IntoResourceContents, resource_result};
pub use tool::{IntoToolResult, Json, Structured, tool_result};

use crate::function::Outcome;
use crate::function::error::FunctionError;
use crate::function::schema::SchemaSource;

/// That a value cannot be written as JSON, or not as JSON of the kind that is needed.
fn unwritable(error: serde_json::Error) -> FunctionError {
    FunctionError::of_result(
        "the function ran, but its result cannot be sent",
        format!("its result cannot be sent: {error}"),
    )
}

/// What there is to know of the return type `R` of a function that ends with a `T`. As with
/// [`ArgSpec`](crate::function::params::ArgSpec), nothing else asks anything of `R`.
#[derive(Debug)]
pub struct ResultSpec<R, T> {
    /// The schema of the structured content, for tools that have some.
    pub output_schema: Option<SchemaSource>,
    /// What the contents are, for resources that do not say it.
    pub mime_type: Option<&'static str>,
    convert: fn(R) -> Outcome<T>,
}

impl<R, T> ResultSpec<R, T> {
    /// Converts what the function returned.
    ///
    /// # Errors
    ///
    /// The function's own error, or why its value cannot be sent.
    pub fn into_outcome(self, returned: R) -> Outcome<T> {
        (self.convert)(returned)
    }
}
