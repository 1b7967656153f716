//! One entry of `bindings`.

use std::error::Error;
use std::fmt;

use serde_json::{Map, Value};

use crate::json::jsonc;

/// One binding of a function: a trigger, an input or an output.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Binding {
    /// `type`, such as `mcpToolTrigger`; empty if the file has none. The host compares it ignoring case.
    pub kind: String,
    /// `direction`.
    pub direction: Direction,
    /// `name`, the key of its value in requests and replies; empty if the file has none.
    pub name: String,
    /// `dataType`, if the file has one.
    pub data_type: Option<DataType>,
    /// The members that belong to the extension, and unknown ones.
    pub properties: Map<String, Value>,
}

impl Binding {
    /// A binding without properties and without a data type.
    pub fn new(kind: impl Into<String>, direction: Direction, name: impl Into<String>) -> Self {
        Self { kind: kind.into(), direction, name: name.into(), ..Self::default() }
    }

    /// The same binding with one more property.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.properties.insert(member.to_owned(), value.into());
        self
    }

    /// Whether the type is this one, ignoring case.
    pub fn is(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }

    /// Whether the host takes it for a trigger: its type ends in `trigger` and it is not an output.
    pub fn is_trigger(&self) -> bool {
        let suffix = self.kind.len().checked_sub("trigger".len()).and_then(|at| self.kind.get(at..));
        suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case("trigger")) && self.direction != Direction::Out
    }

    /// A property by its name, ignoring case.
    pub fn get(&self, member: &str) -> Option<&Value> {
        jsonc::find(&self.properties, member)
    }

    /// A property that is text, as the host converts it: numbers and booleans become text, null counts as missing.
    ///
    /// # Errors
    ///
    /// For an array or object (recorded: `Can not convert Array to String`).
    pub fn text(&self, member: &str) -> Result<Option<String>, InvalidMember> {
        match self.get(member) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => text(value).map(Some).ok_or_else(|| {
                let reason = format!("is {} and not text; write the JSON as one string", jsonc::describe(value));
                InvalidMember::new(member, reason)
            }),
        }
    }

    /// A property that is a switch, as the host converts it: recorded is that `"true"` works as well. Off if missing.
    ///
    /// # Errors
    ///
    /// For what .NET does not convert to a boolean, null among it.
    pub fn flag(&self, member: &str) -> Result<bool, InvalidMember> {
        let read = match self.get(member) {
            None => Some(false),
            Some(Value::Bool(on)) => Some(*on),
            Some(Value::String(text)) => jsonc::parse_bool(text),
            Some(Value::Number(number)) => Some(number.as_f64() != Some(0.0)),
            Some(_) => None,
        };
        read.ok_or_else(|| InvalidMember::new(member, "is neither `true` nor `false`"))
    }

    /// Host-level members come out of their place; the extension's stay. The host looks for `type` and `direction`
    /// with their case, for `name` and `dataType` without.
    pub(crate) fn from_members(mut members: Map<String, Value>) -> Self {
        let mut take = |name: &str, any_case: bool| {
            let found = members.keys().find(|key| *key == name);
            let other = || members.keys().find(|key| any_case && key.eq_ignore_ascii_case(name));
            let key = found.or_else(other)?.clone();
            members.shift_remove(&key).filter(|value| !value.is_null())
        };
        let kind = take("type", false).and_then(|kind| text(&kind)).unwrap_or_default();
        let direction = take("direction", false).map_or(Direction::In, |value| Direction::read(&value));
        let name = take("name", true).and_then(|name| text(&name)).unwrap_or_default();
        let data_type = take("dataType", true).map(|value| DataType::read(&value));
        Self { kind, direction, name, data_type, properties: members }
    }

    pub(crate) fn to_value(&self) -> Value {
        let head = [("type", self.kind.as_str()), ("direction", self.direction.as_str()), ("name", &self.name)];
        let data_type = self.data_type.as_ref().map(|data_type| ("dataType", data_type.as_str()));
        let head = head.into_iter().chain(data_type).map(|(member, value)| (member.to_owned(), Value::from(value)));
        Value::Object(head.chain(self.properties.clone()).collect())
    }
}

/// How the host turns a JSON value into text.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(true) => Some("True".to_owned()),
        Value::Bool(false) => Some("False".to_owned()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Which way a binding's data flows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Direction {
    /// Into the function; what a file without `direction` means.
    #[default]
    In,
    /// Out of the function.
    Out,
    /// Both ways.
    InOut,
    /// Anything else; the host puts the function in error.
    Other(String),
}

impl Direction {
    fn read(value: &Value) -> Self {
        let text = text(value).unwrap_or_else(|| value.to_string());
        match text.to_ascii_lowercase().as_str() {
            "in" | "" => Self::In,
            "out" => Self::Out,
            "inout" => Self::InOut,
            _ => Self::Other(text),
        }
    }

    /// As function.json has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::In => "in",
            Self::Out => "out",
            Self::InOut => "inout",
            Self::Other(text) => text,
        }
    }
}

/// The form in which the host hands over a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataType {
    /// As without `dataType`.
    Undefined,
    /// Text.
    String,
    /// Bytes; the right choice for outputs that are text, which the host otherwise takes for base64 (recorded).
    Binary,
    /// A stream.
    Stream,
    /// Anything else; the host puts the function in error.
    Other(String),
}

impl DataType {
    fn read(value: &Value) -> Self {
        let text = text(value).unwrap_or_else(|| value.to_string());
        match text.to_ascii_lowercase().as_str() {
            "undefined" | "" => Self::Undefined,
            "string" => Self::String,
            "binary" => Self::Binary,
            "stream" => Self::Stream,
            _ => Self::Other(text),
        }
    }

    /// As function.json has it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Undefined => "undefined",
            Self::String => "string",
            Self::Binary => "binary",
            Self::Stream => "stream",
            Self::Other(text) => text,
        }
    }
}

/// A member of a binding that cannot be read as what it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidMember {
    member: String,
    reason: String,
}

impl InvalidMember {
    pub(crate) fn new(member: &str, reason: impl Into<String>) -> Self {
        Self { member: member.to_owned(), reason: reason.into() }
    }

    /// The name of the member.
    pub fn member(&self) -> &str {
        &self.member
    }
}

impl fmt::Display for InvalidMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.member, self.reason)
    }
}

impl Error for InvalidMember {}
