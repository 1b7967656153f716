//! `toolProperties`: the flat list of arguments that every version of the extension understands.

use serde_json::{Map, Value, json};

use super::list::{self, Entry, InvalidList};

/// One argument of a tool, as `toolProperties` has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToolProperty {
    /// `propertyName`; an entry with a blank one is not listed (recorded).
    pub name: String,
    /// `propertyType`, listed as it is: the JSON Schema `type`, for an array that of its items. `None` is listed as
    /// `"type":null` (recorded).
    pub kind: Option<String>,
    /// `description`.
    pub description: String,
    /// `isRequired`: the extension refuses calls without it.
    pub is_required: bool,
    /// `isArray`.
    pub is_array: bool,
    /// `enumValues`; empty if anything goes.
    pub enum_values: Vec<String>,
}

impl ToolProperty {
    /// Reads the text of `toolProperties` as the extension does: strict JSON, but member names in any case and all of
    /// them optional. `"null"` and null entries are no properties.
    ///
    /// # Errors
    ///
    /// What takes the whole host down: not JSON (`""` as well), not an array of objects, `"isRequired": "true"`.
    pub fn read_list(text: &str) -> Result<Vec<Self>, InvalidList> {
        list::read(text, Self::read)
    }

    /// Writes the text of `toolProperties`, every member of every entry in a fixed order.
    pub fn write_list(list: &[Self]) -> String {
        Value::Array(list.iter().map(Self::to_value).collect()).to_string()
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

    fn to_value(&self) -> Value {
        json!({
            "propertyName": self.name,
            "propertyType": self.kind,
            "description": self.description,
            "isRequired": self.is_required,
            "isArray": self.is_array,
            "enumValues": self.enum_values,
        })
    }
}

/// The input schema that the extension lists for a tool with these properties, byte for byte as recorded: properties of
/// one name appear twice, a missing type as `null`. So it is text, and not a map.
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
