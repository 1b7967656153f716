//! Every schema of the corpus, to be read by a person.

use super::corpus::{self, corpus};
use crate::function::schema::{Property, argument, of_all_arguments, of_arguments, of_result};
use insta::assert_json_snapshot;
use serde_json::json;

/// A property as the attribute makes it, without anything special.
pub(super) fn property(
    name: &'static str,
    schema: fn(&mut schemars::SchemaGenerator) -> schemars::Schema,
) -> Property<'static> {
    Property { name, description: "", header: None, default: None, required: true, schema }
}

/// As one parameter, and as a result.
#[test]
fn of_every_type() {
    for entry in corpus() {
        let schemas = json!({
            "input": of_arguments(&[property("value", entry.argument)]),
            "output": of_result(entry.result),
        });
        assert_json_snapshot!(entry.name, schemas);
    }
}

/// As `Args<T>`, where the type is the root of the input schema.
#[test]
fn of_all_arguments_at_once() {
    let names = [
        "empty",
        "documented",
        "any",
        "json_object",
        "flattened",
        "flattened_enum",
        "flattened_option",
        "external",
        "internal",
        "adjacent",
        "tree",
        "expression",
        "string",
    ];
    for entry in corpus().into_iter().filter(|entry| names.contains(&entry.name)) {
        assert_json_snapshot!(format!("args_{}", entry.name), of_all_arguments(entry.argument));
    }
}

/// A tool without parameters must still have `properties`.
#[test]
fn of_no_arguments() {
    assert_json_snapshot!("no_arguments", of_arguments(&[]));
}

/// Parameters in their order, with what the function says about them.
#[test]
fn of_a_function() {
    let schema = of_arguments(&[
        Property { description: "Who it is for", ..property("zoe", argument::<String>) },
        Property { default: Some(json!(3)), required: false, ..property("stars", argument::<u8>) },
        Property { required: false, ..property("note", argument::<Option<String>>) },
        Property { default: Some(json!(null)), required: false, ..property("nothing", argument::<Option<u8>>) },
        Property {
            description: "How urgent it is here",
            required: false,
            ..property("level", argument::<Option<corpus::Level>>)
        },
        Property {
            description: "Where to look first",
            required: false,
            ..property("origin", argument::<Option<corpus::Origin>>)
        },
        Property { description: "Anything", ..property("any", argument::<serde_json::Value>) },
        property("alpha", argument::<corpus::Half>),
    ]);
    assert_json_snapshot!("function", schema);
}

/// Two parameters whose types contain themselves share their definitions.
#[test]
fn of_recursive_parameters() {
    let schema = of_arguments(&[
        Property { description: "The first tree", ..property("left", argument::<corpus::Tree>) },
        Property { required: false, ..property("right", argument::<Option<corpus::Tree>>) },
        property("chain", argument::<corpus::Chain<corpus::Tree>>),
    ]);
    assert_json_snapshot!("recursive_parameters", schema);
}
