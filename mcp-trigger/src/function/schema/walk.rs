//! Where in a schema there are schemas.
//!
//! The passes must not mistake a property that is *called* `format` for the keyword, nor look
//! into defaults and examples.

use serde_json::{Map, Value};

/// Keywords whose value is a schema.
const ONE: [&str; 12] = [
    "additionalItems",
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Keywords whose value is a list of schemas.
const LIST: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];

/// Keywords whose value is an object with a schema under every name.
const NAMED: [&str; 4] = ["$defs", "dependentSchemas", "patternProperties", "properties"];

/// Visits `schema` and all schemas within, the inner ones first.
pub(super) fn every(schema: &mut Value, visit: &mut dyn FnMut(&mut Map<String, Value>)) {
    if matches!(schema, Value::Bool(_)) {
        keywords(schema);
    }
    let Value::Object(map) = schema else { return };
    for (keyword, value) in map.iter_mut() {
        children(keyword, value, &mut |schema| every(schema, visit));
    }
    visit(map);
}

/// Reads `schema` and all schemas within, the outer ones first.
pub(super) fn read<'a>(schema: &'a Value, visit: &mut dyn FnMut(&'a Map<String, Value>)) {
    let Value::Object(map) = schema else { return };
    visit(map);
    for (keyword, value) in map {
        let keyword = keyword.as_str();
        if ONE.contains(&keyword) {
            read(value, visit);
        } else if LIST.contains(&keyword) {
            value.as_array().into_iter().flatten().for_each(|schema| read(schema, visit));
        } else if NAMED.contains(&keyword) {
            value.as_object().into_iter().flat_map(Map::values).for_each(|schema| read(schema, visit));
        }
    }
}

/// The keywords of a schema, which as `true` or `false` has none: `{}` and `{"not": {}}` say the
/// same and can carry a description.
pub(super) fn keywords(schema: &mut Value) -> &mut Map<String, Value> {
    if !schema.is_object() {
        let mut map = Map::new();
        if schema == &Value::Bool(false) {
            map.insert("not".into(), Value::Object(Map::new()));
        }
        *schema = Value::Object(map);
    }
    match schema {
        Value::Object(map) => map,
        _ => unreachable!("made an object above"),
    }
}

fn children(keyword: &str, value: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    if ONE.contains(&keyword) {
        // `"additionalProperties": false` is how everyone writes it.
        if !value.is_boolean() || matches!(keyword, "items" | "contains" | "contentSchema") {
            visit(value);
        }
    } else if LIST.contains(&keyword) {
        value.as_array_mut().into_iter().flatten().for_each(visit);
    } else if NAMED.contains(&keyword) {
        value.as_object_mut().into_iter().flat_map(Map::values_mut).for_each(visit);
    }
}
