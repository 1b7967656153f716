//! Properties of every schema, whatever the type.

use super::corpus::{Entry, corpus};
use super::snapshots::property;
use crate::function::schema::{
    Direction, is_object_schema, normalize, of_all_arguments, of_arguments, of_result, recursion, walk,
};
use serde_json::Value;

fn schemas(entry: &Entry) -> [(Value, Direction); 3] {
    [
        (of_arguments(&[property("value", entry.argument)]), Direction::Input),
        (of_all_arguments(entry.argument), Direction::Input),
        (of_result(entry.result), Direction::Output),
    ]
}

fn each(check: impl Fn(&Entry, Value, Direction)) {
    for entry in corpus() {
        for (schema, direction) in schemas(&entry) {
            check(&entry, schema, direction);
        }
    }
}

/// The host does not start with an input schema that is not an object.
#[test]
fn arguments_are_objects() {
    for entry in corpus() {
        let schema = of_arguments(&[property("value", entry.argument)]);
        assert!(is_object_schema(&schema), "{}", entry.name);
        assert!(schema["properties"]["value"].is_object(), "{}", entry.name);
        assert_eq!(schema["required"], serde_json::json!(["value"]), "{}", entry.name);
    }
}

/// An object schema has the two members that clients look for, and Anthropic's and OpenAI's APIs
/// refuse the unions.
#[test]
fn object_roots_are_complete() {
    each(|entry, schema, direction| {
        if is_object_schema(&schema) {
            assert!(schema["properties"].is_object() && schema["required"].is_array(), "{}", entry.name);
            assert!(schema.get("$ref").is_none(), "{}", entry.name);
            for union in ["oneOf", "anyOf", "allOf"] {
                assert!(direction == Direction::Output || schema.get(union).is_none(), "{}", entry.name);
            }
        }
    });
}

#[test]
fn normalizing_twice_changes_nothing() {
    each(|entry, schema, direction| {
        assert_eq!(normalize(schema.clone(), direction).to_string(), schema.to_string(), "{}", entry.name);
    });
}

/// References are for recursion only; all of them lead somewhere, and all definitions are used.
#[test]
fn references_are_for_recursion() {
    let recursive = ["tree", "expression", "mutual", "generic_tree"];
    each(|entry, mut schema, _| {
        let references = recursion::references(&mut schema);
        assert_eq!(!references.is_empty(), recursive.contains(&entry.name), "{}", entry.name);
        assert_eq!(schema.get("$defs").is_some(), !references.is_empty(), "{}", entry.name);
        for reference in references {
            assert!(reference.starts_with("#/$defs/"), "{}", entry.name);
            assert!(recursion::target(&schema, &reference).is_some(), "{}", entry.name);
        }
    });
}

/// Words that clients are known to stumble over.
#[test]
fn nothing_that_clients_refuse() {
    each(|entry, mut schema, direction| {
        walk::every(&mut schema, &mut |schema| {
            assert!(!schema.contains_key("$schema"), "{}", entry.name);
            if let Some(format) = schema.get("format") {
                assert!(["email", "uri"].iter().any(|known| format == known), "{}: {format}", entry.name);
            }
            if direction == Direction::Input {
                for keyword in ["const", "oneOf", "uniqueItems", "propertyNames", "patternProperties"] {
                    assert!(!schema.contains_key(keyword), "{}: {keyword}", entry.name);
                }
                assert!(!schema.get("type").is_some_and(Value::is_array), "{}", entry.name);
                assert!(schema.get("default") != Some(&Value::Null), "{}", entry.name);
                assert!(
                    schema.get("type").is_none_or(|name| name != "array") || schema.contains_key("items"),
                    "{}",
                    entry.name
                );
            }
        });
    });
}

/// Clients check a structured result against the output schema and drop it if it does not fit.
#[test]
fn results_fit_their_schema() {
    for entry in corpus() {
        let schema = of_result(entry.result);
        let validator = jsonschema::draft202012::new(&schema).expect(entry.name);
        for value in &entry.values {
            let errors: Vec<_> = validator.iter_errors(value).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{}: {value} does not fit {schema:#}: {errors:?}", entry.name);
        }
    }
}

/// A client must be able to send every value that serde reads; `null` is sent by leaving the argument out.
#[test]
fn arguments_fit_their_schema() {
    for entry in corpus() {
        for mut value in entry.values {
            if value.is_null() && entry.name != "unit" && entry.name != "unit_struct" {
                continue;
            }
            leave_out_null(&mut value);
            let mut fits =
                vec![(of_arguments(&[property("value", entry.argument)]), serde_json::json!({ "value": value }))];
            let whole = of_all_arguments(entry.argument);
            if is_object_schema(&whole) && value.is_object() {
                fits.push((whole, value.clone()));
            }
            for (schema, arguments) in fits {
                let validator = jsonschema::draft202012::new(&schema).expect(entry.name);
                assert!(validator.is_valid(&arguments), "{}: {arguments} does not fit {schema:#}", entry.name);
            }
        }
    }
}

fn leave_out_null(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|_, member| !member.is_null());
            members.values_mut().for_each(leave_out_null);
        }
        Value::Array(items) => {
            items.retain(|item| !item.is_null());
            items.iter_mut().for_each(leave_out_null);
        }
        _ => {}
    }
}
