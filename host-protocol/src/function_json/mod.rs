//! function.json: the bindings of a function.
//!
//! [`FunctionJson`] reads any file as leniently as the host does and writes a stable form. [`ToolTrigger`],
//! [`ResourceTrigger`] and [`PromptTrigger`] are typed views of the MCP triggers. [`validate`](crate::validate) tells whether
//! a host would load the function.

mod auth_level;
mod binding;
mod flatten;
mod http;
mod list;
mod prompt_arguments;
mod tool_properties;
mod triggers;

use std::sync::Arc;
use thiserror::Error;

use serde_json::{Map, Value};

use crate::json::jsonc::{self, SyntaxError};

pub use auth_level::AuthLevel;
pub use binding::{Binding, DataType, Direction, InvalidMember};
pub use flatten::from_input_schema;
pub use http::{HTTP_OUTPUT, HTTP_TRIGGER, forwarded_route, routed_functions};
pub use list::InvalidList;
pub use prompt_arguments::{Icon, PromptArgument};
pub use tool_properties::{ToolProperty, input_schema};
pub use triggers::{
    PROMPT_ARGUMENT, PROMPT_TRIGGER, PromptTrigger, RESOURCE_TRIGGER, ResourceTrigger, TOOL_PROPERTY, TOOL_TRIGGER,
    ToolTrigger,
};

/// The member that marks a file as generated; the host ignores it.
pub const GENERATED_BY: &str = "generatedBy";

/// The value of [`GENERATED_BY`] in generated files. A file without it was written by hand and is never overwritten.
pub const GENERATOR: &str = "mcp-trigger";

/// One function.json.
///
/// ```
/// use host_protocol::function_json::{FunctionJson, ToolTrigger};
///
/// let mut hello = ToolTrigger::new("hello", "Says hello.");
/// hello.use_result_schema = true;
/// let file = FunctionJson::generated(vec![hello.into()]);
/// assert_eq!(
///     file.to_text(),
///     r#"{
///   "generatedBy": "mcp-trigger",
///   "bindings": [
///     {
///       "type": "mcpToolTrigger",
///       "direction": "in",
///       "name": "toolTrigger",
///       "toolName": "hello",
///       "description": "Says hello.",
///       "useResultSchema": true
///     }
///   ]
/// }
/// "#
/// );
/// assert_eq!(FunctionJson::parse(&file.to_text())?, file);
/// # Ok::<(), host_protocol::function_json::InvalidFunctionJson>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct FunctionJson {
    /// The bindings, in the order of the file.
    pub bindings: Vec<Binding>,
    /// All other members, in the order of the file.
    pub other: Map<String, Value>,
}

impl FunctionJson {
    /// A file with the mark of the generator.
    pub fn generated(bindings: Vec<Binding>) -> Self {
        let other = Map::from_iter([(GENERATED_BY.to_owned(), Value::from(GENERATOR))]);
        Self { bindings, other }
    }

    /// Whether the file has the mark of the generator.
    pub fn is_generated(&self) -> bool {
        self.other.get(GENERATED_BY).and_then(Value::as_str) == Some(GENERATOR)
    }

    /// The trigger: the first binding that [is one](Binding::is_trigger).
    pub fn trigger(&self) -> Option<&Binding> {
        self.bindings.iter().find(|binding| binding.is_trigger())
    }

    /// Reads a file as the host does: with a byte-order mark, comments, trailing commas and unknown members, which are kept.
    ///
    /// # Errors
    ///
    /// If the host cannot read the file and puts the function in error: not JSON, not an object, or `bindings` not an array of
    /// objects. [`validate`](crate::validate) finds the mistakes in files that can be read.
    pub fn parse(text: &str) -> Result<Self, InvalidFunctionJson> {
        let text = text.strip_prefix(jsonc::BYTE_ORDER_MARK).unwrap_or(text);
        let root = jsonc::parse(text).map_err(InvalidFunctionJson::syntax)?;
        Self::from_value(root.to_serde_value().ok_or_else(|| InvalidFunctionJson::new("it is empty".to_owned()))?)
    }

    /// Reads the JSON of a file.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn from_value(value: Value) -> Result<Self, InvalidFunctionJson> {
        let expected = |what: &str, found: &Value| {
            InvalidFunctionJson::new(format!("{what} is {} and not an object", jsonc::describe(found)))
        };
        let Value::Object(mut other) = value else { return Err(expected("the file", &value)) };
        // The host looks for this one member with its case.
        let bindings = match other.shift_remove("bindings") {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::Array(bindings)) => bindings,
            Some(found) => {
                let found = jsonc::describe(&found);
                return Err(InvalidFunctionJson::new(format!("`bindings` is {found} and not an array")));
            }
        };
        let read = |(at, binding)| match binding {
            Value::Object(members) => Ok(Binding::from_members(members)),
            found => Err(expected(&format!("`bindings[{at}]`"), &found)),
        };
        Ok(Self { bindings: bindings.into_iter().enumerate().map(read).collect::<Result<_, _>>()?, other })
    }

    /// The file as JSON: the generator's mark, the bindings, the other members.
    pub fn to_value(&self) -> Value {
        let bindings = self.bindings.iter().map(Binding::to_value).collect();
        let (mark, rest): (Vec<_>, Vec<_>) = self.other.iter().partition(|(member, _)| *member == GENERATED_BY);
        let copy = |(member, value): (&String, &Value)| (member.clone(), value.clone());
        let members = mark.into_iter().map(copy);
        let members = members.chain([("bindings".to_owned(), Value::Array(bindings))]);
        Value::Object(members.chain(rest.into_iter().map(copy)).collect())
    }

    /// The text of the file, indented by two blanks, with LF at the end of each line. Equal content gives equal text.
    pub fn to_text(&self) -> String {
        format!("{:#}\n", self.to_value())
    }
}

/// A function.json that the host cannot read.
#[derive(Debug, Clone, Error)]
#[error("function.json cannot be read: {reason}; the host puts the function in error and does not list it")]
pub struct InvalidFunctionJson {
    reason: String,
    source: Option<Arc<SyntaxError>>,
}

impl InvalidFunctionJson {
    fn new(reason: String) -> Self {
        InvalidFunctionJson { reason, source: None }
    }

    fn syntax(error: SyntaxError) -> Self {
        InvalidFunctionJson { reason: error.to_string(), source: Some(error.into()) }
    }
}

#[cfg(test)]
mod tests;
