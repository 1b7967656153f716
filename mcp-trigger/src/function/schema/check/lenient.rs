//! Values that clients write in another form than the schema asks for, if only one meaning is possible. Derived types are read as
//! leniently (`params`): a given schema is to be no stricter.

use super::values::kind;
use crate::function::schema::{constraints, recursion};
use serde_json::Value;

/// How deep to look. Texts within texts within texts may be nested deeper than serde_json lets one text be; what lies deeper is not
/// mended.
const LEVELS: usize = 200;
/// References and alternatives to follow until the types that a schema allows are known.
const DEPTH: usize = 16;

/// Mends a value in place, and says whether there was anything to mend:
///
/// * an object or array that comes as its JSON text becomes what it is, where the schema allows objects or arrays and no strings;
/// * a member that is `null` goes, where the schema does not allow `null`: that is how many clients leave something out.
pub(super) fn mend(schema: &Value, value: &mut Value) -> bool {
    within(schema, value, schema, LEVELS)
}

fn within<'a>(schema: &'a Value, value: &mut Value, root: &'a Value, levels: usize) -> bool {
    let Some(levels) = levels.checked_sub(1) else { return false };
    let mut changed = false;
    if let Value::String(text) = value
        && text.trim_start().starts_with(['{', '['])
        && let Some(types) = types(schema, root, DEPTH)
        && !types.contains(&"string")
        && let Ok(read) = serde_json::from_str::<Value>(text)
        && types.contains(&kind(&read))
    {
        *value = read;
        changed = true;
    }
    match value {
        Value::Object(members) => {
            let schema_of = |name: &str| {
                let named =
                    |schema: &'a Value| schema["properties"].get(name).or_else(|| schema.get("additionalProperties"));
                inner(schema, root, DEPTH, &named)
            };
            let count = members.len();
            members.retain(|name, value| {
                let types = || types(schema_of(name)?, root, DEPTH);
                !value.is_null() || types().is_none_or(|types| types.contains(&"null"))
            });
            changed |= members.len() < count;
            for (name, value) in members {
                changed |= schema_of(name).is_some_and(|schema| within(schema, value, root, levels));
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter_mut().enumerate() {
                let placed = |schema: &'a Value| schema["prefixItems"].get(at).or_else(|| schema.get("items"));
                changed |= inner(schema, root, DEPTH, &placed).is_some_and(|schema| within(schema, item, root, levels));
            }
        }
        _ => {}
    }
    changed
}

/// The schema of a member or an item, which `find` finds, where only one schema speaks of it.
fn inner<'a>(
    schema: &'a Value,
    root: &'a Value,
    depth: usize,
    find: &dyn Fn(&'a Value) -> Option<&'a Value>,
) -> Option<&'a Value> {
    let depth = depth.checked_sub(1)?;
    let alternatives =
        ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|keyword| schema[keyword].as_array()).flatten();
    let mut found = alternatives
        .chain(target(schema, root))
        .filter_map(|schema| inner(schema, root, depth, find))
        .chain(find(schema));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

fn target<'a>(schema: &Value, root: &'a Value) -> Option<&'a Value> {
    recursion::target(root, schema["$ref"].as_str()?)
}

/// The types that a schema allows; `None` if it says nothing of them.
fn types<'a>(schema: &'a Value, root: &'a Value, depth: usize) -> Option<Vec<&'a str>> {
    let depth = depth.checked_sub(1)?;
    if let Some(schema) = target(schema, root) {
        return types(schema, root, depth);
    }
    for keyword in ["anyOf", "oneOf"] {
        if let Value::Array(parts) = &schema[keyword] {
            let all: Option<Vec<_>> = parts.iter().map(|part| types(part, root, depth)).collect();
            return all.map(|all| all.concat());
        }
    }
    if let Some(name) = schema[constraints::SHAPE].as_str() {
        return Some(vec![name]);
    }
    if let Some(value) = schema.get("const") {
        return Some(vec![kind(value)]);
    }
    match (&schema["type"], &schema["enum"]) {
        (Value::String(name), _) => Some(vec![name]),
        (Value::Array(names), _) => Some(names.iter().filter_map(Value::as_str).collect()),
        (_, Value::Array(choices)) => Some(choices.iter().map(kind).collect()),
        _ => match &schema["allOf"] {
            Value::Array(parts) => parts.iter().find_map(|part| types(part, root, depth)),
            _ => None,
        },
    }
}
