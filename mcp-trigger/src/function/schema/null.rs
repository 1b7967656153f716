//! `null`, and unions of a single alternative.
//!
//! schemars makes an `Option` of every schema a union with `null`. For arguments that is noise:
//! serde takes a missing field for `None`, and clients that translate schemas for their model
//! refuse such unions (Gemini refuses a list of types, OpenAI's strict mode half of them). Results
//! keep it, because there a `null` really comes.

use super::Direction;
use serde_json::{Map, Value};

/// Keywords that only describe: they may stand beside a `$ref` or a union without meaning more.
pub(super) const ANNOTATIONS: [&str; 9] = [
    "$defs",
    "default",
    "deprecated",
    "description",
    "examples",
    "readOnly",
    "title",
    "writeOnly",
    super::HEADER_KEYWORD,
];

/// Takes `null` out of one schema of an input, and brackets from around single alternatives.
pub(super) fn simplify(schema: &mut Map<String, Value>, direction: Direction) {
    if direction == Direction::Input {
        forget_null(schema);
    }
    if let Some(Value::Array(types)) = schema.get_mut("type")
        && let [only] = types.as_mut_slice()
    {
        let only = only.take();
        schema.insert("type".into(), only);
    }
    for keyword in ["anyOf", "oneOf"] {
        unwrap_single(schema, keyword);
    }
}

fn forget_null(schema: &mut Map<String, Value>) {
    if schema.get("default").is_some_and(Value::is_null) {
        schema.shift_remove("default");
    }
    remove_unless_all(schema.get_mut("type"), |name| name == "null");
    remove_unless_all(schema.get_mut("enum"), Value::is_null);
    for keyword in ["anyOf", "oneOf"] {
        remove_unless_all(schema.get_mut(keyword), is_null_schema);
    }
}

/// A type that is nothing but `null`, as `()` is, stays what it is.
fn remove_unless_all(list: Option<&mut Value>, is_null: impl Fn(&Value) -> bool) {
    if let Some(Value::Array(list)) = list
        && !list.iter().all(&is_null)
    {
        list.retain(|value| !is_null(value));
    }
}

fn is_null_schema(schema: &Value) -> bool {
    schema["type"] == "null"
}

/// `{"description": …, "anyOf": [{…}]}` becomes `{"description": …, …}`, unless the outer schema
/// says more than annotations: then both would have to hold.
fn unwrap_single(schema: &mut Map<String, Value>, keyword: &str) {
    if !schema.keys().all(|key| key == keyword || ANNOTATIONS.contains(&key.as_str())) {
        return;
    }
    if let Some(Value::Array(alternatives)) = schema.get_mut(keyword)
        && let [Value::Object(only)] = alternatives.as_mut_slice()
    {
        let only = std::mem::take(only);
        schema.shift_remove(keyword);
        for (key, value) in only {
            schema.entry(key).or_insert(value);
        }
    }
}
