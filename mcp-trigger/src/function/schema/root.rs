//! The root of a schema: an object, said plainly.
//!
//! The Functions host fails to start on a root whose `type` is not exactly `object`; the APIs
//! behind the clients want `properties` to be there, and Anthropic's and OpenAI's refuse a union
//! at the root of an input. So an input that is an enum, or a struct with a flattened one, becomes
//! one object that takes the properties of all variants.

use super::{Direction, recursion};
use serde_json::{Map, Value};

/// References to follow before an alternative counts as a circle.
const DEPTH: usize = 4;

/// Makes the root an object schema, if all that it describes can be objects.
pub(super) fn make_object(schema: &mut Value, direction: Direction) {
    match direction {
        Direction::Input => {
            if let Some(object) = plain(schema, schema, DEPTH) {
                *schema = Value::Object(object);
            }
        }
        Direction::Output => {
            if is_object(schema, schema, DEPTH) {
                schema["type"] = "object".into();
            }
        }
    }
    if schema["type"] == "object"
        && let Value::Object(root) = schema
    {
        root.entry("properties").or_insert_with(|| Value::Object(Map::new()));
        root.entry("required").or_insert_with(|| Value::Array(Vec::new()));
    }
}

/// Whether everything that the schema describes is an object.
fn is_object(schema: &Value, root: &Value, depth: usize) -> bool {
    let all = |alternatives: &Value| match alternatives.as_array().map(Vec::as_slice) {
        None | Some([]) => false,
        Some(alternatives) => alternatives.iter().all(|one| is_object(one, root, depth)),
    };
    match &schema["type"] {
        Value::Null => {}
        name => return name == "object",
    }
    if let (Some(reference), Some(depth)) = (schema["$ref"].as_str(), depth.checked_sub(1)) {
        return recursion::target(root, reference).is_some_and(|to| is_object(to, root, depth));
    }
    all(&schema["anyOf"])
        || all(&schema["oneOf"])
        || schema["allOf"].as_array().is_some_and(|parts| parts.iter().any(|part| is_object(part, root, depth)))
}

/// The object alternatives of a schema, without a union; `None` if the schema describes no object.
fn plain(schema: &Value, root: &Value, depth: usize) -> Option<Map<String, Value>> {
    let Value::Object(schema) = schema else {
        return (schema == &Value::Bool(true)).then(|| object(Map::new()));
    };
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return plain(recursion::target(root, reference)?, root, depth.checked_sub(1)?);
    }
    let may_be_object = match schema.get("type") {
        None => !["const", "enum", "not"].iter().any(|keyword| schema.contains_key(*keyword)),
        Some(Value::Array(names)) => names.iter().any(|name| name == "object"),
        Some(name) => name == "object",
    };
    if !may_be_object {
        return None;
    }
    let mut whole = object(schema.clone());
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let Some(Value::Array(parts)) = whole.shift_remove(keyword) else { continue };
        let mut parts = parts.iter().map(|part| plain(part, root, depth));
        if keyword == "allOf" {
            for part in parts {
                absorb(&mut whole, part?);
            }
        } else {
            // Arguments are objects: a unit variant, whose value is a string, cannot be sent.
            let alternatives: Vec<_> = parts.by_ref().flatten().collect();
            absorb(&mut whole, union(alternatives)?);
        }
    }
    if let Some(unevaluated) = whole.shift_remove("unevaluatedProperties") {
        // All properties are in one place now, so the plainer keyword says the same.
        whole.entry("additionalProperties").or_insert(unevaluated);
    }
    Some(whole)
}

fn object(mut schema: Map<String, Value>) -> Map<String, Value> {
    schema.insert("type".into(), "object".into());
    schema
}

/// One object for all alternatives: required is what all of them require.
fn union(alternatives: Vec<Map<String, Value>>) -> Option<Map<String, Value>> {
    let closed = alternatives.iter().all(is_closed);
    let mut alternatives = alternatives.into_iter().map(describe_by_tag);
    let mut whole = alternatives.next()?;
    for mut alternative in alternatives {
        let both = names(&alternative);
        let required: Vec<_> = names(&whole).into_iter().filter(|name| both.contains(name)).collect();
        alternative.shift_remove("required");
        absorb(&mut whole, alternative);
        whole.insert("required".into(), required.into());
    }
    // Other keywords of an alternative, its title or a bound, do not hold for all of them.
    whole.retain(|keyword, _| ["type", "properties", "required"].contains(&keyword.as_str()));
    if closed {
        whole.insert("additionalProperties".into(), false.into());
    }
    Some(whole)
}

/// Whether the schema's `properties` are all that there may be.
fn is_closed(schema: &Map<String, Value>) -> bool {
    schema.get("additionalProperties") == Some(&Value::Bool(false)) && !schema.contains_key("patternProperties")
}

fn names(schema: &Map<String, Value>) -> Vec<Value> {
    schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default()
}

/// Adds everything that `part` says to `whole`.
fn absorb(whole: &mut Map<String, Value>, part: Map<String, Value>) {
    for (keyword, value) in part {
        match (keyword.as_str(), whole.get_mut(&keyword), value) {
            (_, None, value) => {
                whole.insert(keyword, value);
            }
            ("properties", Some(Value::Object(mine)), Value::Object(theirs)) => {
                for (name, schema) in theirs {
                    let schema = match mine.get_mut(&name) {
                        Some(other) => either(other.take(), schema),
                        None => schema,
                    };
                    mine.insert(name, schema);
                }
            }
            ("required", Some(Value::Array(mine)), Value::Array(theirs)) => {
                for name in theirs {
                    if !mine.contains(&name) {
                        mine.push(name);
                    }
                }
            }
            _ => {}
        }
    }
}

/// A property that has one schema in one variant and another one in the next.
fn either(one: Value, other: Value) -> Value {
    if without_description(&one) == without_description(&other) {
        return one;
    }
    let mut all = match one {
        Value::Object(mut union) if union.len() == 1 && union.contains_key("anyOf") => {
            match union.shift_remove("anyOf") {
                Some(Value::Array(all)) => all,
                _ => Vec::new(),
            }
        }
        one => vec![one],
    };
    if !all.iter().any(|known| without_description(known) == without_description(&other)) {
        all.push(other);
    }
    Value::Object(Map::from_iter([("anyOf".to_owned(), Value::Array(all))]))
}

fn without_description(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Value::Object(schema) = &mut schema {
        schema.shift_remove("description");
    }
    schema
}

/// Moves what is said about a variant to the property that selects it, the tag, where it survives
/// the union; and says there which other properties go with it.
fn describe_by_tag(mut variant: Map<String, Value>) -> Map<String, Value> {
    let text = match variant.shift_remove("description") {
        Some(Value::String(text)) => text,
        _ => String::new(),
    };
    let Some(Value::Object(properties)) = variant.get_mut("properties") else { return variant };
    let Some(tag) = properties
        .iter()
        .find(|(_, schema)| properties.len() == 1 || schema["const"].is_string())
        .map(|(name, _)| name.clone())
    else {
        return variant;
    };
    let others: Vec<String> = properties.keys().filter(|name| **name != tag).map(|name| format!("`{name}`")).collect();
    let text = match (text.trim_end_matches('.'), others.is_empty()) {
        (_, true) => text,
        ("", false) => format!("Takes {}.", others.join(", ")),
        (said, false) => format!("{said}. Takes {}.", others.join(", ")),
    };
    if let Some(Value::Object(tag)) = properties.get_mut(&tag)
        && !text.is_empty()
    {
        tag.entry("description").or_insert_with(|| text.into());
    }
    variant
}
