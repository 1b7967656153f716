//! Parameters that come as text: the arguments of prompts, and the parameters of resource templates.

use super::choices::{Names, choices};
use super::deserialize_text;
use super::value::Mistake;
use crate::function::Run;
use crate::function::completion::Completions;
use crate::function::error::FunctionError;
use serde::de::DeserializeOwned;

/// A type that can be read from text: every type with `Deserialize`. Numbers and `bool` are parsed, an enum is read from the name
/// of a variant.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an argument of a prompt or a parameter of a resource",
    label = "cannot be read from text",
    note = "add `#[derive(serde::Deserialize)]` to its definition"
)]
pub trait TextParam: DeserializeOwned + Send + 'static {}

#[diagnostic::do_not_recommend]
impl<T: DeserializeOwned + Send + 'static> TextParam for T {}

/// A parameter that is read from text. As with [`ArgSpec`](super::ArgSpec), nothing else asks anything of `T`.
#[derive(Debug)]
pub struct TextSpec<T> {
    /// The parameter in the listing.
    pub property: TextProperty,
    parse: fn(&str) -> Result<T, Mistake>,
    missing: fn() -> Option<T>,
    default: Option<fn() -> T>,
}

/// A parameter in the listing of its function, with its completion.
#[derive(Clone, Copy, Debug)]
pub struct TextProperty {
    /// Its name.
    pub name: &'static str,
    /// The name for people.
    pub title: Option<&'static str>,
    /// The description; may be empty.
    pub description: &'static str,
    /// Whether a client may leave it out.
    pub is_optional: fn() -> bool,
    /// The allowed texts; empty if any text is allowed.
    pub choices: fn() -> Names,
    /// The completer, if there is one.
    pub completer: Option<Run<Completions>>,
}

/// A parameter of type `T`. It may be left out if `T` can be read from nothing, as `Option` can.
pub const fn text_spec<T: TextParam>(name: &'static str, description: &'static str) -> TextSpec<T> {
    let property = TextProperty {
        name,
        title: None,
        description,
        is_optional: || missing::<T>().is_some(),
        choices: choices::<T>,
        completer: None,
    };
    TextSpec { property, parse: deserialize_text::from_text::<T>, missing: missing::<T>, default: None }
}

fn missing<T: TextParam>() -> Option<T> {
    serde_json::from_str("null").ok()
}

impl TextProperty {
    /// Whether there is anything to complete it with.
    pub(crate) fn is_completed(&self) -> bool {
        self.completer.is_some() || !(self.choices)().is_empty()
    }
}

impl<T> TextSpec<T> {
    /// Gives the parameter a name for people.
    #[must_use]
    pub const fn with_title(mut self, title: &'static str) -> Self {
        self.property.title = Some(title);
        self
    }

    /// Sets the completer of the parameter.
    #[must_use]
    pub const fn completed_by(mut self, completer: Run<Completions>) -> Self {
        self.property.completer = Some(completer);
        self
    }

    /// Gives the parameter a value for calls without it.
    #[must_use]
    pub const fn with_default(mut self, value: fn() -> T) -> Self {
        self.property.is_optional = || true;
        self.default = Some(value);
        self
    }

    /// The value of the parameter, from its text.
    ///
    /// # Errors
    ///
    /// If the argument is missing, or does not fit its type.
    pub(crate) fn take(&self, text: Option<&str>) -> Result<T, FunctionError> {
        let name = self.property.name;
        match text {
            None => self
                .default
                .map(|default| default())
                .or_else(self.missing)
                .ok_or_else(|| format!("argument `{name}` is missing").into()),
            Some(text) => (self.parse)(text).map_err(|error| format!("argument `{name}`: {error}").into()),
        }
    }

    /// The value of the parameter, from a JSON string; MCP has nothing else there, but a number is as good as its text.
    ///
    /// # Errors
    ///
    /// As [`take`](Self::take).
    pub(crate) fn take_json(&self, json: Option<&str>) -> Result<T, FunctionError> {
        match json.filter(|json| *json != "null") {
            None => self.take(None),
            Some(json) if json.starts_with('"') => self.take(Some(&serde_json::from_str::<String>(json)?)),
            Some(json) => self.take(Some(json)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message<T>(result: Result<T, FunctionError>) -> String {
        result.err().expect("a mistake").to_string()
    }

    #[test]
    fn a_mistake_is_named() {
        let id = text_spec::<u32>("id", "");
        assert_eq!(id.take(Some("42")).unwrap(), 42);
        assert_eq!(message(id.take(Some("x"))), "argument `id`: expected an integer, not \"x\"");
        assert_eq!(message(id.take(None)), "argument `id` is missing");
    }

    #[test]
    fn what_reads_nothing_is_optional() {
        let focus = text_spec::<Option<String>>("focus", "");
        assert_eq!(focus.take_json(Some("null")).unwrap(), None);
        assert_eq!(focus.take_json(Some("\"null\"")).unwrap().as_deref(), Some("null"));
        assert!((focus.property.is_optional)());
        assert!(!(text_spec::<String>("focus", "").property.is_optional)());
    }

    #[test]
    fn numbers_are_as_good_as_their_text() {
        assert_eq!(text_spec::<String>("n", "").take_json(Some("1.50")).unwrap(), "1.50");
        assert_eq!(text_spec::<f64>("n", "").take_json(Some("\"1.50\"")).unwrap(), 1.5);
    }
}
