//! The check of a value against one part of a schema: an object of keywords, without the schemas in it.

use crate::function::params::value::format;
use crate::function::params::value::number::{Whole, whole};
use crate::function::params::value::tree::Node;
use crate::function::params::value::wanted::{ANY_INTEGER, Wanted, range_of_format};
use serde_json::{Map, Value};

pub(super) type Part<'s> = &'s Map<String, Value>;

/// Whether a value fits what one part of a schema says of it, apart from other schemas in it.
pub(super) fn fits_part(part: Part<'_>, node: &Node<'_>) -> bool {
    let has_type = match part.get("type") {
        Some(Value::String(name)) => is_of_type(name, node),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(|name| is_of_type(name, node)),
        _ => true,
    };
    let is_listed = match (part.get("enum"), part.get("const")) {
        (Some(Value::Array(values)), _) => values.iter().any(|value| is(value, node)),
        (_, Some(value)) => is(value, node),
        _ => true,
    };
    let has_format = match (part.get("format"), node) {
        (Some(Value::String(name)), Node::Text(text, _)) => format::may_be(name, text),
        _ => true,
    };
    has_type && is_listed && has_format && is_in_range(part, node)
}

fn is_of_type(name: &str, node: &Node<'_>) -> bool {
    match node {
        Node::Null => name == "null",
        Node::Bool(_) => name == "boolean",
        Node::Number(digits) => name == "number" || name == "integer" && whole(digits).is_ok(),
        Node::Text(..) => name == "string",
        Node::Array(_) => name == "array",
        Node::Object(_) => name == "object",
    }
}

fn is(value: &Value, node: &Node<'_>) -> bool {
    match (value, node) {
        (Value::Null, Node::Null) => true,
        (Value::Bool(one), Node::Bool(other)) => one == other,
        (Value::String(one), Node::Text(other, _)) => one == other,
        (Value::Number(one), Node::Number(other)) => match (whole(&one.to_string()), whole(other)) {
            (Ok(one), Ok(other)) => one == other,
            _ => one.as_f64() == other.parse().ok(),
        },
        (Value::Array(_), Node::Array(_)) | (Value::Object(_), Node::Object(_)) => true,
        _ => false,
    }
}

/// Integers only: of others a model is told by their type.
fn is_in_range(part: Part<'_>, node: &Node<'_>) -> bool {
    let (Node::Number(digits), Some((least, most))) = (node, range(part)) else { return true };
    let Ok(number) = whole(digits) else { return true };
    number.to::<i128>().is_none_or(|number| number >= least)
        && number.to::<i128>().is_none_or(|number| u128::try_from(number).is_err() || number.cast_unsigned() <= most)
        && number.to::<u128>().is_none_or(|number| number <= most)
}

/// The integers that a part allows, if it is about integers.
fn range(part: Part<'_>) -> Option<(i128, u128)> {
    if part.get("type").is_none_or(|name| !name.to_string().contains("integer")) {
        return None;
    }
    let (mut least, mut most) = (i128::MIN, u128::MAX);
    if let Some((first, last)) = part.get("format").and_then(Value::as_str).and_then(range_of_format) {
        (least, most) = (first, last);
    }
    let bound = |keyword: &str| whole(&part.get(keyword)?.to_string()).ok();
    if let Some(minimum) = bound("minimum").and_then(Whole::to::<i128>) {
        least = least.max(minimum);
    }
    if let Some(maximum) = bound("maximum").and_then(Whole::to::<u128>) {
        most = most.min(maximum);
    }
    Some((least, most))
}

pub(super) fn of_member<'s>(parts: &[Part<'s>], name: &str) -> Vec<&'s Value> {
    let named: Vec<_> = parts.iter().filter_map(|part| part.get("properties")?.get(name)).collect();
    if !named.is_empty() {
        return named;
    }
    let patterns = parts.iter().filter_map(|part| part.get("patternProperties")?.as_object()).flat_map(Map::values);
    let others = parts.iter().filter_map(|part| part.get("additionalProperties"));
    patterns.chain(others).filter(|schema| schema.is_object()).collect()
}

pub(super) fn of_item<'s>(parts: &[Part<'s>], index: usize) -> Vec<&'s Value> {
    let of_part = |part: &Part<'s>| match part.get("prefixItems").and_then(|first| first.get(index)) {
        Some(schema) => Some(schema),
        None => part.get("items"),
    };
    parts.iter().filter_map(of_part).filter(|schema| schema.is_object()).collect()
}

pub(super) fn says(parts: &[Part<'_>], name: &str) -> bool {
    let is_named = |part: &Part<'_>| match part.get("type") {
        Some(Value::String(one)) => one == name,
        Some(Value::Array(all)) => all.iter().any(|one| one == name),
        _ => false,
    };
    parts.iter().any(is_named)
}

/// The expectation of parts of a schema, in words; `None` if they have none.
pub(super) fn wanted(parts: &[Part<'_>]) -> Option<Wanted> {
    let mut all: Vec<Wanted> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    for part in parts {
        let listed = part.get("enum").and_then(Value::as_array).map(Vec::as_slice);
        let listed = listed.or_else(|| part.get("const").map(std::slice::from_ref)).unwrap_or_default();
        names.extend(listed.iter().filter_map(Value::as_str).map(str::to_owned));
        if !listed.is_empty() {
            continue;
        }
        for name in ["object", "array", "string", "number", "integer", "boolean"] {
            if !says(&[part], name) {
                continue;
            }
            let one = match name {
                "object" => Wanted::Object,
                "array" => Wanted::Array(None),
                "string" => part.get("format").and_then(Value::as_str).and_then(format::wanted).unwrap_or(Wanted::Text),
                "number" => Wanted::Number,
                "integer" => range(part).map_or(ANY_INTEGER, |(least, most)| Wanted::Integer(least, most)),
                _ => Wanted::Boolean,
            };
            if !all.contains(&one) {
                all.push(one);
            }
        }
    }
    if !names.is_empty() {
        all.insert(0, Wanted::OneOf(names));
    }
    match all.len() {
        0 => says(parts, "null").then_some(Wanted::Null),
        1 => all.pop(),
        _ => Some(Wanted::Either(all)),
    }
}
