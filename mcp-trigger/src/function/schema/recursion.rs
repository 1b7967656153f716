//! Types that contain themselves: the one place where a `$ref` cannot be avoided.

use super::null::ANNOTATIONS;
use super::walk;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Where schemars keeps the definitions.
const DEFINITIONS: &str = "#/$defs/";

/// Gives the root a body of its own: clients refuse a root that is a bare `$ref`, and a `$ref` to
/// `#` means something else as soon as the schema is put into another one.
pub(super) fn resolve_root(schema: &mut Value) {
    if references(schema).contains("#") {
        name_root(schema);
    }
    // A chain of references cannot be longer than there are definitions, unless it is a circle.
    let longest = schema["$defs"].as_object().map_or(0, Map::len);
    for _ in 0..=longest {
        let Some(reference) = schema["$ref"].as_str() else { return };
        let target = target(schema, reference).cloned();
        let root = walk::keywords(schema);
        root.shift_remove("$ref");
        let Some(Value::Object(target)) = target else { return };
        for (key, value) in target {
            // Beside a `$ref` there is hardly ever more than annotations, and the outer ones win.
            if !root.contains_key(&key) || !ANNOTATIONS.contains(&key.as_str()) {
                root.insert(key, value);
            }
        }
    }
    walk::keywords(schema).shift_remove("$ref");
}

/// Turns every `#` into a reference to a definition that is a copy of the root.
fn name_root(schema: &mut Value) {
    let mut copy = schema.clone();
    let copied = walk::keywords(&mut copy);
    let definitions = copied.shift_remove("$defs");
    if copied.get("$ref").is_some_and(|reference| reference == "#") {
        copied.shift_remove("$ref");
    }
    let taken = |name: &str| definitions.as_ref().is_some_and(|all| all.get(name).is_some());
    let mut name = "Root".to_owned();
    while taken(&name) {
        name.push('_');
    }
    let root = walk::keywords(schema);
    let definitions = root.entry("$defs").or_insert_with(|| Value::Object(Map::new()));
    walk::keywords(definitions).insert(name.clone(), copy);
    walk::every(schema, &mut |schema| {
        if schema.get("$ref").is_some_and(|reference| reference == "#") {
            schema.insert("$ref".into(), format!("{DEFINITIONS}{name}").into());
        }
    });
}

/// Takes away references to nothing: what they leave accepts anything, which can be published.
pub(super) fn drop_dangling(schema: &mut Value) {
    let mut dangling = references(schema);
    dangling.retain(|reference| target(schema, reference).is_none());
    if !dangling.is_empty() {
        walk::every(schema, &mut |schema| {
            if schema.get("$ref").and_then(Value::as_str).is_some_and(|r| dangling.contains(r)) {
                schema.shift_remove("$ref");
            }
        });
    }
}

/// Takes away definitions that nothing leads to from the root.
pub(super) fn drop_unused(schema: &mut Value) {
    let Some(mut definitions) = schema.as_object_mut().and_then(|root| root.shift_remove("$defs")) else {
        return;
    };
    let mut used = BTreeSet::new();
    let mut open: Vec<String> = references(schema).into_iter().collect();
    while let Some(reference) = open.pop() {
        let Some(name) = definition(&reference) else { continue };
        if let Some(body) = definitions.get_mut(&name)
            && used.insert(name)
        {
            open.extend(references(body));
        }
    }
    let definitions = walk::keywords(&mut definitions);
    definitions.retain(|name, _| used.contains(name));
    if !definitions.is_empty() {
        let definitions = std::mem::take(definitions);
        walk::keywords(schema).insert("$defs".into(), definitions.into());
    }
}

/// Every `$ref` in the schema.
pub(super) fn references(schema: &mut Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk::every(schema, &mut |schema| {
        found.extend(schema.get("$ref").and_then(Value::as_str).map(str::to_owned));
    });
    found
}

/// Reads a schema, all schemas within, and those that references in them lead to, each of those once.
pub(crate) fn each<'a>(root: &'a Value, schema: &'a Value, visit: &mut dyn FnMut(&'a Map<String, Value>)) {
    let (mut open, mut passed) = (vec![schema], BTreeSet::new());
    while let Some(schema) = open.pop() {
        walk::read(schema, &mut |schema| {
            visit(schema);
            if let Some(reference) = schema.get("$ref").and_then(Value::as_str)
                && passed.insert(reference)
            {
                open.extend(target(root, reference));
            }
        });
    }
}

/// Whether a schema, or one that references in it lead to, contains itself.
pub(crate) fn contains_itself(root: &Value, schema: &Value) -> bool {
    let mut all = BTreeSet::new();
    each(root, schema, &mut |schema| all.extend(schema.get("$ref").and_then(Value::as_str)));
    all.into_iter().any(|reference| {
        let mut leads_back = false;
        if let Some(target) = target(root, reference) {
            each(root, target, &mut |schema| leads_back |= schema.get("$ref").is_some_and(|other| other == reference));
        }
        leads_back
    })
}

/// The target of a reference.
pub(crate) fn target<'a>(root: &'a Value, reference: &str) -> Option<&'a Value> {
    root.pointer(&percent_decoded(reference.strip_prefix('#')?)?)
}

/// The first name below `$defs` that a reference goes through.
fn definition(reference: &str) -> Option<String> {
    let name = reference.strip_prefix(DEFINITIONS)?.split('/').next()?;
    Some(percent_decoded(name)?.replace("~1", "/").replace("~0", "~"))
}

/// References are URIs, so a type's name may be percent-encoded in them.
fn percent_decoded(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains('%') {
        return Some(text.into());
    }
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        bytes.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}
