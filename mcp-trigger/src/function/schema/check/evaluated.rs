//! Which members of an object other keywords have looked at already.

use super::patterns::Patterns;
use super::{Check, recursion};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// Whether `properties` or `patternProperties` beside it speak of a member. A pattern that cannot be read may.
pub(super) fn by_name(schema: &Map<String, Value>, patterns: &Patterns, name: &str) -> bool {
    schema.get("properties").is_some_and(|known| known.get(name).is_some())
        || schema
            .get("patternProperties")
            .and_then(Value::as_object)
            .is_some_and(|known| known.keys().any(|pattern| patterns.find(pattern, name) != Some(false)))
}

/// The names of all members that the schema, and those that hold for the same object because of it, speak of.
pub(super) fn names<'a>(
    check: &mut Check<'a>,
    schema: &'a Map<String, Value>,
    object: &'a Value,
    members: &'a Map<String, Value>,
) -> HashSet<&'a str> {
    let mut found = HashSet::new();
    collect(check, schema, (object, members), &mut Vec::new(), &mut found, true);
    found
}

fn collect<'a>(
    check: &mut Check<'a>,
    schema: &'a Map<String, Value>,
    (object, members): (&'a Value, &'a Map<String, Value>),
    passed: &mut Vec<&'a str>,
    found: &mut HashSet<&'a str>,
    is_first: bool,
) {
    let others = ["additionalProperties"].into_iter().chain((!is_first).then_some("unevaluatedProperties"));
    if others.into_iter().any(|keyword| schema.contains_key(keyword)) {
        found.extend(members.keys().map(String::as_str));
        return;
    }
    found.extend(members.keys().filter(|name| by_name(schema, check.patterns, name)).map(String::as_str));
    let mut inner: Vec<&'a Value> = Vec::new();
    for (keyword, rule) in schema {
        match (keyword.as_str(), rule) {
            ("allOf" | "anyOf" | "oneOf", Value::Array(parts)) => inner.extend(parts),
            ("dependentSchemas", Value::Object(named)) => {
                inner.extend(named.iter().filter(|(name, _)| members.contains_key(*name)).map(|(_, schema)| schema));
            }
            ("if", condition) => {
                let holds = check.fits(condition, object).is_ok();
                inner.extend(holds.then_some(condition));
                inner.extend(schema.get(if holds { "then" } else { "else" }));
            }
            ("$ref", Value::String(reference)) if !passed.contains(&reference.as_str()) => {
                passed.push(reference);
                inner.extend(recursion::target(check.root, reference));
            }
            _ => {}
        }
    }
    for part in inner {
        if let Value::Object(keywords) = part
            && check.fits(part, object).is_ok()
        {
            collect(check, keywords, (object, members), passed, found, false);
        }
    }
}
