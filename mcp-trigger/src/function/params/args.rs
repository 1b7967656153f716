//! The parameters of a function, and how each gets its value from the arguments of a call.

use super::value::{self, Misread};
use crate::function::error::FunctionError;
use crate::function::schema::{self, SchemaFn, SchemaSource};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::borrow::Cow;

/// A type of a parameter that is an argument: implemented for every type with `Deserialize` and `JsonSchema`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of an `#[mcp_tool]` function",
    label = "not a tool argument",
    note = "add `#[derive(serde::Deserialize, schemars::JsonSchema)]` to its definition"
)]
pub trait ToolArg: DeserializeOwned + JsonSchema + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + JsonSchema + Send + 'static> ToolArg for T {}

/// A type whose defaults can be written into the schema: it also implements `Serialize`.
#[diagnostic::on_unimplemented(
    message = "the default of a `{Self}` cannot be shown in the tool's schema",
    label = "cannot be written as JSON",
    note = "add `#[derive(serde::Serialize)]` to its definition"
)]
pub trait DefaultArg: Serialize {}

#[diagnostic::do_not_recommend]
impl<T: Serialize> DefaultArg for T {}

/// A type whose defaults can be written as string literals, since it can be made from one.
#[diagnostic::on_unimplemented(
    message = "the default of a `{Self}` cannot be a string literal",
    label = "not a `{Self}`",
    note = "write the default as an expression of type `{Self}`"
)]
pub trait TextDefault: From<&'static str> {}

#[diagnostic::do_not_recommend]
impl<T: From<&'static str>> TextDefault for T {}

/// All arguments of a call as one struct.
///
/// ```
/// use mcp_trigger::{Args, mcp_tool, schemars};
///
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct Query {
///     /// What to look for
///     text: String,
///     /// How many hits at most
///     limit: Option<u32>,
/// }
///
/// /// Searches the notes.
/// #[mcp_tool]
/// fn search(Args(query): Args<Query>) -> String {
///     format!("nothing found for {}", query.text)
/// }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Args<T>(pub T);

/// A parameter that is one property of the arguments. Only this type has bounds on `T`, so an unsuitable `T` is one compiler error.
#[derive(Debug)]
pub struct ArgSpec<T> {
    /// The property in the schema.
    pub property: PropertySpec,
    parse: fn(&str, bool) -> Result<T, Misread>,
    lenient: bool,
    default: Option<fn() -> T>,
}

/// The property of a parameter in the schema of its function.
#[derive(Clone, Copy, Debug)]
pub struct PropertySpec {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) schema: SchemaFn,
    pub(crate) is_optional: fn() -> bool,
    pub(crate) default: Option<DefaultFn>,
    pub(crate) header: Option<&'static str>,
}

impl PropertySpec {
    /// The name in the arguments.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// The description; may be empty.
    pub fn description(&self) -> &'static str {
        self.description
    }
}

/// The JSON of a default, for the schema.
pub(crate) type DefaultFn = fn() -> serde_json::Result<Value>;

/// A parameter of type `T`. It is optional if `T` can be read from `null`.
pub const fn arg_spec<T: ToolArg>(name: &'static str, description: &'static str) -> ArgSpec<T> {
    let schema = schema::argument::<T>;
    let property =
        PropertySpec { name, description, schema, is_optional: is_optional::<T>, default: None, header: None };
    ArgSpec { property, parse: parse::<T>, lenient: false, default: None }
}

/// All arguments as one `T`.
pub const fn all_arguments<T: ToolArg>() -> AllArguments<T> {
    AllArguments {
        schema: SchemaSource::Type(schema::argument::<T>),
        parse: parse::<T>,
        parse_by_schema: value::read_by_schema::<T>,
    }
}

/// A parameter that is all arguments.
#[derive(Debug)]
pub struct AllArguments<T> {
    /// The schema of the arguments.
    pub schema: SchemaSource,
    parse: fn(&str, bool) -> Result<T, Misread>,
    parse_by_schema: fn(&str, &Value) -> Result<T, Misread>,
}

/// The JSON of a default.
///
/// # Errors
///
/// If the value cannot be written as JSON.
pub fn default_json<T: DefaultArg>(value: T) -> serde_json::Result<Value> {
    serde_json::to_value(value)
}

/// A default that is written as a string literal.
pub fn default_text<T: TextDefault>(text: &'static str) -> T {
    text.into()
}

impl<T> ArgSpec<T> {
    /// Gives the parameter a value for calls without it.
    #[must_use]
    pub const fn with_default(mut self, value: fn() -> T, json: DefaultFn) -> Self {
        self.property.default = Some(json);
        self.default = Some(value);
        self
    }

    /// Lets clients write numbers and booleans as text.
    #[must_use]
    pub const fn lenient(mut self) -> Self {
        self.lenient = true;
        self
    }

    /// Has clients repeat the parameter in a header, `Mcp-Param-` and this.
    #[must_use]
    pub const fn with_header(mut self, header: &'static str) -> Self {
        self.property.header = Some(header);
        self
    }

    /// The value of the parameter, from its JSON text in a call.
    ///
    /// # Errors
    ///
    /// If the argument is missing, or does not fit its type. The message tells the model how to mend the call.
    pub(crate) fn take(&self, argument: Option<&str>) -> Result<T, FunctionError> {
        let name = self.property.name;
        match (argument, self.default) {
            (None | Some("null"), Some(default)) => Ok(default()),
            (None, None) => (self.parse)("null", false).map_err(|_| format!("argument `{name}` is missing").into()),
            (Some(text), _) => (self.parse)(text, self.lenient).map_err(|misread| misread.of_argument(name).into()),
        }
    }
}

impl<T> AllArguments<T> {
    /// All arguments, from the JSON text of the object that holds them.
    ///
    /// # Errors
    ///
    /// If the arguments do not fit the type. The message names the place.
    pub(crate) fn take(&self, arguments: Option<&str>) -> Result<T, FunctionError> {
        (self.parse)(arguments.unwrap_or("{}"), false).map_err(|misread| misread.of_arguments().into())
    }

    /// All arguments, checked against a schema that does not come from the type.
    ///
    /// # Errors
    ///
    /// As [`take`](Self::take).
    pub(crate) fn take_by_schema(&self, arguments: Option<&str>, schema: &Value) -> Result<T, FunctionError> {
        (self.parse_by_schema)(arguments.unwrap_or("{}"), schema).map_err(|misread| misread.of_arguments().into())
    }
}

fn is_optional<T: ToolArg>() -> bool {
    serde_json::from_str::<T>("null").is_ok()
}

fn parse<T: ToolArg>(text: &str, lenient: bool) -> Result<T, Misread> {
    value::read(text, lenient, || Cow::Owned(schema::as_derived(schema::argument::<T>)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Debug;

    #[derive(Debug, serde::Deserialize, JsonSchema)]
    #[allow(dead_code)]
    struct Home {
        street: String,
        zip: Option<u32>,
    }

    fn message<T: Debug>(result: Result<T, FunctionError>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        let count = arg_spec::<u8>("count", "");
        assert_eq!(message(count.take(Some("\"many\""))), "argument `count`: expected an integer, not a string");
        assert_eq!(message(count.take(None)), "argument `count` is missing");
        let home = arg_spec::<Home>("home", "");
        let text = r#"{"street":"High","zip":"x"}"#;
        assert_eq!(message(home.take(Some(text))), "argument `home` at `zip`: expected an integer, not a string");
        let all = all_arguments::<Home>();
        assert_eq!(message(all.take(None)), "argument `street` is missing");
    }

    #[test]
    fn what_reads_null_is_optional() {
        assert_eq!(arg_spec::<Option<u8>>("n", "").take(None).unwrap(), None);
        assert_eq!(arg_spec::<Option<u8>>("n", "").take(Some("3")).unwrap(), Some(3));
        type Alias = Option<String>;
        assert!((arg_spec::<Alias>("n", "").property.is_optional)());
        assert!(!(arg_spec::<String>("n", "").property.is_optional)());
    }

    #[test]
    fn a_default_stands_in_for_nothing_and_for_null() {
        let stars = arg_spec::<u8>("stars", "").with_default(|| 3, || default_json::<u8>(3));
        assert_eq!(stars.take(None).unwrap(), 3);
        assert_eq!(stars.take(Some("null")).unwrap(), 3);
        assert_eq!(stars.take(Some("5")).unwrap(), 5);
    }
}
