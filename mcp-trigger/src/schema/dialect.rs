//! The words of a schema, where more than one says the same.

use super::Direction;
use serde_json::{Map, Value};

/// Keywords in the order in which people read a schema; those not listed come before the last.
const READING_ORDER: [&str; 25] = [
    "$ref",
    "title",
    "description",
    "type",
    "format",
    "enum",
    "const",
    "default",
    "examples",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "pattern",
    "properties",
    "required",
    "propertyNames",
    "patternProperties",
    "additionalProperties",
    "items",
    "prefixItems",
    "minItems",
    "maxItems",
    "anyOf",
    "$defs",
];

/// Replaces what clients stumble over by what says the same and is known everywhere.
pub(super) fn translate(schema: &mut Map<String, Value>, direction: Direction) {
    schema.shift_remove("$schema");
    if schema.get("format").and_then(Value::as_str).is_some_and(is_invented_format) {
        schema.shift_remove("format");
    }
    if direction == Direction::Input {
        const_to_enum(schema);
        one_of_to_any_of(schema);
        tuple_to_items(schema);
        pattern_to_names(schema);
    }
}

/// Formats of schemars that are none of JSON Schema. Validators warn about them or refuse them.
fn is_invented_format(format: &str) -> bool {
    let width = format.strip_prefix('u').unwrap_or(format).strip_prefix("int");
    width.is_some_and(|width| width.bytes().all(|byte| byte.is_ascii_digit()))
        || matches!(format, "float" | "double" | "ip")
        || matches!(format, "partial-date-time" | "partial-time" | "zoned-date-time")
}

/// Gemini's function declarations know `enum` but not `const`.
fn const_to_enum(schema: &mut Map<String, Value>) {
    if schema.contains_key("enum") || schema.get("const").is_none_or(Value::is_null) {
        return;
    }
    if let Some(only) = schema.shift_remove("const") {
        schema.insert("enum".into(), Value::Array(vec![only]));
    }
}

/// Neither OpenAI's strict mode nor Gemini's function declarations know `oneOf`. The variants of
/// an enum exclude each other by their tags, and serde decides in the end.
fn one_of_to_any_of(schema: &mut Map<String, Value>) {
    if !schema.contains_key("anyOf")
        && let Some(alternatives) = schema.shift_remove("oneOf")
    {
        schema.insert("anyOf".into(), alternatives);
    }
}

/// OpenAI and Gemini refuse an array without `items`, and do not know `prefixItems`. With as many
/// items as the prefix at most, `items` adds nothing for those who know both.
fn tuple_to_items(schema: &mut Map<String, Value>) {
    let Some(Value::Array(prefix)) = schema.get("prefixItems") else { return };
    if schema.contains_key("items") || schema.get("maxItems") != Some(&prefix.len().into()) {
        return;
    }
    let mut distinct: Vec<Value> = Vec::new();
    for item in prefix {
        if !distinct.contains(item) {
            distinct.push(item.clone());
        }
    }
    let items = match distinct.as_slice() {
        [] => return,
        [only] => {
            let only = only.clone();
            schema.shift_remove("prefixItems");
            only
        }
        _ => Value::Object(Map::from_iter([("anyOf".to_owned(), Value::Array(distinct))])),
    };
    schema.insert("items".into(), items);
}

/// A map with numbers for keys: who does not know `patternProperties` would take it for an object
/// that must be empty.
fn pattern_to_names(schema: &mut Map<String, Value>) {
    if schema.get("additionalProperties") != Some(&Value::Bool(false))
        || ["properties", "propertyNames"].iter().any(|keyword| schema.contains_key(*keyword))
    {
        return;
    }
    let Some(Value::Object(patterns)) = schema.get("patternProperties") else { return };
    let mut patterns = patterns.iter();
    if let (Some((pattern, values)), None) = (patterns.next(), patterns.next()) {
        let names = Map::from_iter([("pattern".to_owned(), pattern.as_str().into())]);
        let values = values.clone();
        schema.shift_remove("patternProperties");
        schema.insert("propertyNames".into(), names.into());
        schema.insert("additionalProperties".into(), values);
    }
}

/// Puts keywords in reading order: schemars leaves them as they came up.
pub(super) fn sort_keywords(schema: &mut Map<String, Value>) {
    let last = READING_ORDER.len() - 1;
    let rank = |key: &str| READING_ORDER.iter().position(|known| *known == key).map_or(2 * last - 1, |rank| 2 * rank);
    let mut entries: Vec<(String, Value)> = std::mem::take(schema).into_iter().collect();
    entries.sort_by_key(|(key, _)| rank(key));
    schema.extend(entries);
}
