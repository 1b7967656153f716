//! Whether a value fits the schema that was made of its type.
//!
//! `Serialize` and `JsonSchema` are derived apart, and an attribute that only one of them understands lets them disagree. A client
//! that checks structured content then refuses it, so debug builds look first. Only the keywords that are left after
//! [`normalize`](super::normalize) count; formats and patterns are not looked at.

use super::recursion;
use serde_json::Value;

/// The first place where the value does not fit, and why.
pub(crate) fn mismatch(schema: &Value, value: &Value) -> Option<String> {
    check(schema, value, schema, String::new()).err()
}

type Fit = Result<(), String>;

fn check(schema: &Value, value: &Value, root: &Value, place: String) -> Fit {
    let fail = |why: String| Err(format!("{}: {why}", if place.is_empty() { "the value" } else { &place }));
    let Value::Object(keywords) = schema else {
        return if *schema == Value::Bool(false) { fail("nothing is allowed there".to_owned()) } else { Ok(()) };
    };
    if let Some(reference) = schema["$ref"].as_str()
        && let Some(target) = recursion::target(root, reference)
    {
        check(target, value, root, place.clone())?;
    }
    if !has_type(&schema["type"], value) {
        return fail(format!("{} is not of type {}", kind(value), schema["type"]));
    }
    if schema["enum"].as_array().is_some_and(|values| !values.contains(value)) {
        return fail(format!("{value} is none of {}", schema["enum"]));
    }
    if keywords.get("const").is_some_and(|only| only != value) {
        return fail(format!("{value} is not {}", schema["const"]));
    }
    if !is_within(schema, value) {
        return fail(format!("{value} is out of bounds"));
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        check(part, value, root, place.clone())?;
    }
    for keyword in ["anyOf", "oneOf"] {
        let Some(alternatives) = schema[keyword].as_array() else { continue };
        if !alternatives.iter().any(|one| check(one, value, root, String::new()).is_ok()) {
            return fail(format!("{value} fits none of the {} alternatives", alternatives.len()));
        }
    }
    match value {
        Value::Object(_) => members(schema, value, root, &place),
        Value::Array(items) => elements(schema, items, root, &place),
        _ => Ok(()),
    }
}

fn members(schema: &Value, object: &Value, root: &Value, place: &str) -> Fit {
    for required in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if object.get(required).is_none() {
            return Err(format!("{place}/{required}: it is required, and missing"));
        }
    }
    for (name, value) in object.as_object().into_iter().flatten() {
        let known = schema["properties"].get(name);
        if let Some(schema) = known.or_else(|| schema.get("additionalProperties")) {
            check(schema, value, root, format!("{place}/{name}"))?;
        }
    }
    Ok(())
}

fn elements(schema: &Value, items: &[Value], root: &Value, place: &str) -> Fit {
    let first = schema["prefixItems"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (at, item) in items.iter().enumerate() {
        if let Some(schema) = first.get(at).or_else(|| schema.get("items")) {
            check(schema, item, root, format!("{place}/{at}"))?;
        }
    }
    Ok(())
}

fn has_type(types: &Value, value: &Value) -> bool {
    let is = |name: &str| match name {
        "integer" => value.is_i64() || value.is_u64() || value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        name => name == kind(value),
    };
    match types {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(is),
        _ => true,
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn is_within(schema: &Value, value: &Value) -> bool {
    let Some(number) = value.as_f64() else { return true };
    let bound = |keyword: &str| schema[keyword].as_f64();
    bound("minimum").is_none_or(|least| number >= least)
        && bound("maximum").is_none_or(|most| number <= most)
        && bound("exclusiveMinimum").is_none_or(|least| number > least)
        && bound("exclusiveMaximum").is_none_or(|most| number < most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema;
    use schemars::JsonSchema;
    use serde::Serialize;
    use serde_json::json;

    #[derive(Serialize, JsonSchema)]
    struct Tree {
        name: String,
        size: u8,
        kind: Kind,
        leaves: Vec<Tree>,
        note: Option<String>,
    }

    #[derive(Serialize, JsonSchema)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        Oak,
        #[allow(dead_code)]
        Fir,
    }

    fn tree(leaves: Vec<Tree>) -> Tree {
        Tree { name: "a".to_owned(), size: 3, kind: Kind::Oak, leaves, note: None }
    }

    #[test]
    fn what_is_derived_fits() {
        let schema = schema::of_result(schema::result::<Tree>);
        assert_eq!(mismatch(&schema, &serde_json::to_value(tree(vec![tree(vec![])])).unwrap()), None);
    }

    #[test]
    fn what_does_not_fit_is_told_with_its_place() {
        let schema = schema::of_result(schema::result::<Tree>);
        let told = |change: fn(&mut Value)| {
            let mut value = serde_json::to_value(tree(vec![tree(vec![])])).unwrap();
            change(&mut value["leaves"][0]);
            mismatch(&schema, &value).unwrap()
        };
        assert_eq!(told(|leaf| leaf["size"] = json!("3")), r#"/leaves/0/size: string is not of type "integer""#);
        assert_eq!(told(|leaf| leaf["size"] = json!(-1)), "/leaves/0/size: -1 is out of bounds");
        assert_eq!(told(|leaf| leaf["kind"] = json!("elm")), r#"/leaves/0/kind: "elm" is none of ["oak","fir"]"#);
        assert_eq!(told(|leaf| *leaf = json!({})), "/leaves/0/name: it is required, and missing");
        assert!(told(|leaf| *leaf = json!(1)).starts_with("/leaves/0: number is not of type"));
    }
}
