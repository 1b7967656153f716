//! The keywords of a schema that have equivalents.

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

/// Replaces keywords that some clients do not know by equivalent ones that all clients know.
pub(super) fn translate(schema: &mut Map<String, Value>, direction: Direction) {
    schema.shift_remove("$schema");
    if schema.get("format").and_then(Value::as_str).is_some_and(is_invented_format) {
        schema.shift_remove("format");
    }
    if direction == Direction::Input {
        const_to_enum(schema);
        one_of_to_any_of(schema);
        split_types(schema);
        tuple_to_items(schema);
        forget_uniqueness(schema);
        names_to_words(schema);
    }
}

/// Formats of schemars that JSON Schema does not define. Validators warn about them or refuse them.
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

/// Keywords for values of one type only.
const OF_STRINGS: [&str; 4] = ["minLength", "maxLength", "pattern", "format"];
const OF_NUMBERS: [&str; 5] = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
const OF_ARRAYS: [&str; 5] = ["items", "prefixItems", "minItems", "maxItems", "uniqueItems"];
const OF_OBJECTS: [&str; 5] = ["properties", "required", "additionalProperties", "patternProperties", "propertyNames"];

/// Gemini refuses a list of types. A decimal number that may be its text (`rust_decimal`) is asked for as text, whose pattern says
/// all; others become alternatives.
fn split_types(schema: &mut Map<String, Value>) {
    let Some(Value::Array(types)) = schema.get("type") else { return };
    if ["anyOf", "oneOf", "allOf", "enum", "const", "$ref"].iter().any(|keyword| schema.contains_key(*keyword)) {
        return;
    }
    let is_number = |name: &Value| name == "number" || name == "integer";
    let types = types.clone();
    if types.iter().any(|name| name == "string")
        && types.iter().all(|name| name == "string" || is_number(name))
        && schema.contains_key("pattern")
    {
        schema.insert("type".into(), "string".into());
        return;
    }
    let mut alternatives = Vec::new();
    let mut used: Vec<&str> = vec!["type"];
    for name in types {
        let words: &[&str] = match name.as_str() {
            Some("string") => &OF_STRINGS,
            Some("number" | "integer") => &OF_NUMBERS,
            Some("array") => &OF_ARRAYS,
            Some("object") => &OF_OBJECTS,
            _ => &[],
        };
        let said = words.iter().filter_map(|word| Some(((*word).to_owned(), schema.get(*word)?.clone())));
        alternatives.push(Value::Object([("type".to_owned(), name)].into_iter().chain(said).collect()));
        used.extend(words);
    }
    schema.retain(|keyword, _| !used.contains(&keyword.as_str()));
    schema.insert("anyOf".into(), Value::Array(alternatives));
}

/// Neither Gemini nor OpenAI's strict mode know `uniqueItems`, and a set takes what is there twice as once.
fn forget_uniqueness(schema: &mut Map<String, Value>) {
    schema.shift_remove("uniqueItems");
}

/// Neither Gemini nor OpenAI's strict mode know `patternProperties` and `propertyNames`, which schemars writes for a map whose keys
/// are not strings. The description says it instead.
fn names_to_words(schema: &mut Map<String, Value>) {
    if schema.get("additionalProperties") == Some(&Value::Bool(true)) {
        // It is so by itself.
        schema.shift_remove("additionalProperties");
    }
    let is_closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
    let has_names = schema.get("properties").is_some_and(|known| *known != Value::Object(Map::new()));
    if !is_closed || has_names || schema.contains_key("propertyNames") {
        return;
    }
    let Some(Value::Object(patterns)) = schema.get("patternProperties") else { return };
    let mut patterns = patterns.iter();
    if let (Some((pattern, values)), None) = (patterns.next(), patterns.next()) {
        let words = match pattern.as_str() {
            r"^\d+$" | r"^-?\d+$" => "The names of its members are whole numbers.".to_owned(),
            pattern => format!("The names of its members match `{pattern}`."),
        };
        let values = values.clone();
        schema.shift_remove("patternProperties");
        schema.insert("additionalProperties".into(), values);
        let description = match schema.get("description").and_then(Value::as_str) {
            Some(description) => format!("{description}\n\n{words}"),
            None => words,
        };
        schema.insert("description".into(), description.into());
    }
}

/// Puts keywords in reading order: schemars leaves them as they came up.
pub(super) fn sort_keywords(schema: &mut Map<String, Value>) {
    let last = READING_ORDER.len() - 1;
    let rank = |key: &str| READING_ORDER.iter().position(|known| *known == key).map_or(2 * last - 1, |rank| 2 * rank);
    let entries = std::mem::take(schema).into_iter().enumerate();
    let mut ranked: Vec<_> = entries.map(|(at, (key, value))| ((rank(&key), at), (key, value))).collect();
    ranked.sort_unstable_by_key(|(rank, _)| *rank);
    schema.extend(ranked.into_iter().map(|(_, entry)| entry));
}
