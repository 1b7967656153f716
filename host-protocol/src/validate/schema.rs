//! JSON texts that the extension parses strictly: no comments, no trailing commas, a limit of depth.

use serde_json::Value;

use crate::json::jsonc::describe;

/// The reader's own limit, for schemas.
const SCHEMA_DEPTH: usize = 64;
/// The extension's limit for metadata.
const METADATA_DEPTH: usize = 32;

/// Checks an input or output schema as the extension does: the schema has the type `object`, its `properties` are an object, its
/// `required` an array. The extension does not look at the rest (recorded: "schema refs").
pub(super) fn tool_schema(text: &str) -> Result<(), String> {
    let schema = parse(text, SCHEMA_DEPTH)?;
    if !schema.is_object() {
        return Err(format!("is {} and not an object", describe(&schema)));
    }
    match &schema["type"] {
        Value::String(kind) if kind == "object" => {}
        Value::Null => return Err("has no `type`".to_owned()),
        other => return Err(format!("has the type {other}")),
    }
    match (schema.get("properties"), schema.get("required")) {
        (Some(found), _) if !found.is_object() => Err(format!("has {} as `properties`", describe(found))),
        (_, Some(found)) if !found.is_array() => Err(format!("has {} as `required`", describe(found))),
        _ => Ok(()),
    }
}

/// Checks the text of `metadata`, which is not blank.
pub(super) fn metadata(text: &str) -> Result<(), String> {
    let metadata = parse(text, METADATA_DEPTH)?;
    if metadata.is_object() { Ok(()) } else { Err(format!("is {} and not an object", describe(&metadata))) }
}

fn parse(text: &str, max_depth: usize) -> Result<Value, String> {
    let value = serde_json::from_str(text).map_err(|error| format!("is not JSON: {error}"))?;
    if depth(&value) > max_depth { Err(format!("is nested deeper than {max_depth} levels")) } else { Ok(value) }
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}
