//! `toolProperties`: the flat list of arguments that every version of the extension understands.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::list::{self, Entry, InvalidList};

/// One argument of a tool, as `toolProperties` has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ToolProperty {
    /// `propertyName`. The extension does not list an entry with a blank one (recorded).
    #[serde(rename = "propertyName")]
    pub name: String,
    /// `propertyType`: the JSON Schema `type`, for an array the type of its items. The extension lists any text, and `"type":null`
    /// for `None` (recorded).
    #[serde(rename = "propertyType")]
    pub kind: Option<String>,
    /// `description`, for the model.
    pub description: String,
    /// `isRequired`: whether the extension refuses calls without the argument.
    pub is_required: bool,
    /// `isArray`: whether the argument is an array.
    pub is_array: bool,
    /// `enumValues`. Empty: all values are allowed.
    pub enum_values: Vec<String>,
}

impl ToolProperty {
    /// Reads the text of `toolProperties` as the extension does: strict JSON, but with member names in any case, all of them
    /// optional. The text `null` is an empty list, and entries that are `null` are left out.
    ///
    /// # Errors
    ///
    /// If the text is not JSON, or not an array of objects with members of the right types. The empty text and `"isRequired": "true"`
    /// are errors. The host then does not start.
    pub fn read_list(text: &str) -> Result<Vec<Self>, InvalidList> {
        list::read(text, Self::read)
    }

    /// Writes the text of `toolProperties`, every member of every entry in a fixed order.
    pub fn write_list(list: &[Self]) -> String {
        list::write(list)
    }

    fn read(entry: &Entry<'_>) -> Result<Self, InvalidList> {
        // Text may be null, a switch may not.
        let flag = |name| if entry.has(name) { entry.required(name, entry.flag(name)?) } else { Ok(false) };
        Ok(Self {
            name: entry.text("propertyName")?.unwrap_or_default(),
            kind: entry.text("propertyType")?,
            description: entry.text("description")?.unwrap_or_default(),
            is_required: flag("isRequired")?,
            is_array: flag("isArray")?,
            enum_values: entry.texts("enumValues")?.unwrap_or_default(),
        })
    }
}

/// The input schema that the extension lists for a tool with these properties, byte for byte as recorded. Two properties with one
/// name appear twice, so the schema is text and not a map. A missing type is `null`.
///
/// ```
/// use host_protocol::function_json::{ToolProperty, input_schema};
///
/// let list = ToolProperty::read_list(r#"[{"propertyName": "a", "propertyType": "string", "isRequired": true}]"#)?;
/// assert_eq!(
///     input_schema(&list),
///     r#"{"type":"object","properties":{"a":{"type":"string","description":""}},"required":["a"]}"#
/// );
/// # Ok::<(), host_protocol::function_json::InvalidList>(())
/// ```
pub fn input_schema(properties: &[ToolProperty]) -> String {
    let mut members = Vec::new();
    let mut required: Vec<&str> = Vec::new();
    for property in properties.iter().filter(|property| !property.name.trim().is_empty()) {
        let mut schema = Map::from_iter([("type".to_owned(), json!(property.kind))]);
        if !property.enum_values.is_empty() {
            schema.insert("enum".to_owned(), json!(property.enum_values));
        }
        if property.is_array {
            schema = Map::from_iter([("type".to_owned(), json!("array")), ("items".to_owned(), Value::Object(schema))]);
        }
        schema.insert("description".to_owned(), json!(property.description));
        members.push(format!("{}:{}", json!(property.name), Value::Object(schema)));
        if property.is_required && !required.contains(&property.name.as_str()) {
            required.push(&property.name);
        }
    }
    format!(r#"{{"type":"object","properties":{{{}}},"required":{}}}"#, members.join(","), json!(required))
}
