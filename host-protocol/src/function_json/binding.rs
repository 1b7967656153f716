//! One entry of `bindings`.

use thiserror::Error;

use serde_json::{Map, Value};

use super::InvalidList;
use crate::json::jsonc;

/// One binding of a function: a trigger, an input or an output.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Binding {
    /// `type`, such as `mcpToolTrigger`. Empty if the file has none. The host ignores its case.
    pub kind: String,
    /// `direction`. Default: [`Direction::In`].
    pub direction: Direction,
    /// `name`, the key of the binding's value in requests and replies. Empty if the file has none.
    pub name: String,
    /// `dataType`, if the file has one.
    pub data_type: Option<DataType>,
    /// All other members: those of the extension, and unknown ones.
    pub properties: Map<String, Value>,
}

impl Binding {
    /// A binding without properties and without a data type.
    pub fn new(kind: impl Into<String>, direction: Direction, name: impl Into<String>) -> Self {
        Self { kind: kind.into(), direction, name: name.into(), ..Self::default() }
    }

    /// Adds a property.
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.properties.insert(member.to_owned(), value.into());
        self
    }

    /// Whether the binding is of this type. Case does not count.
    pub fn is(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }

    /// Whether the host takes the binding for a trigger: the type ends in `trigger`, and the direction is not `out`.
    pub fn is_trigger(&self) -> bool {
        let suffix = self.kind.len().checked_sub("trigger".len()).and_then(|at| self.kind.get(at..));
        suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case("trigger")) && self.direction != Direction::Out
    }

    /// The property with that name in any case.
    pub fn get(&self, member: &str) -> Option<&Value> {
        jsonc::find(&self.properties, member)
    }

    /// The text of a property, as the host converts it: numbers and booleans become text, `null` counts as missing.
    ///
    /// # Errors
    ///
    /// If the property is an array or an object (recorded: `Can not convert Array to String`).
    pub fn text(&self, member: &str) -> Result<Option<String>, InvalidMember> {
        match self.get(member) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => text(value).map(Some).ok_or_else(|| {
                let reason = format!("is {} and not text; write the JSON as one string", jsonc::describe(value));
                InvalidMember::new(member, reason)
            }),
        }
    }

    /// The value of a boolean property, as the host converts it: `"true"` works as well (recorded). Default: `false`.
    ///
    /// # Errors
    ///
    /// If .NET does not convert the property to a boolean; `null` is an example.
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

    /// Takes the host's members out of the entry; the others become properties. The host looks for `type` and `direction` in their
    /// own case, for `name` and `dataType` in any case.
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

/// The text that the host makes of a JSON value.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(true) => Some("True".to_owned()),
        Value::Bool(false) => Some("False".to_owned()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The direction of a binding's data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Direction {
    /// Into the function. The default.
    #[default]
    In,
    /// Out of the function.
    Out,
    /// Both ways.
    InOut,
    /// Another text. The host puts the function in error.
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

    /// The text in function.json.
    pub fn as_str(&self) -> &str {
        match self {
            Self::In => "in",
            Self::Out => "out",
            Self::InOut => "inout",
            Self::Other(text) => text,
        }
    }
}

/// The form in which the host passes a value to the function.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DataType {
    /// The same as no `dataType`.
    Undefined,
    /// Text.
    String,
    /// Bytes. The right choice for outputs that are text, which the host otherwise takes for base64 where it can (recorded).
    Binary,
    /// A stream.
    Stream,
    /// Another text. The host puts the function in error.
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

    /// The text in function.json.
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

/// A member of a binding that the host cannot convert.
#[derive(Debug, Clone, Error)]
#[error("`{member}` {reason}")]
pub struct InvalidMember {
    member: String,
    reason: String,
    source: Option<InvalidList>,
}

impl InvalidMember {
    pub(crate) fn new(member: &str, reason: impl Into<String>) -> Self {
        Self { member: member.to_owned(), reason: reason.into(), source: None }
    }

    pub(super) fn list(member: &str, error: InvalidList) -> Self {
        Self { member: member.to_owned(), reason: format!("cannot be read: {error}"), source: Some(error) }
    }

    /// The name of the member.
    pub fn member(&self) -> &str {
        &self.member
    }
}
