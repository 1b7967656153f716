//! Schemas that no derive writes, but a person may.

use super::corpus::{Half, Level};
use crate::function::schema::{Direction, is_object_schema, normalize, of_arguments, of_result, result};
use serde_json::{Value, json};

fn input(schema: Value) -> Value {
    normalize(schema, Direction::Input)
}

#[test]
fn a_root_reference_gets_a_body() {
    let schema = input(json!({
        "$ref": "#/$defs/A",
        "description": "outer",
        "$defs": { "A": { "$ref": "#/$defs/B" }, "B": { "type": "object", "description": "inner" } },
    }));
    assert_eq!(schema, json!({ "description": "outer", "type": "object", "properties": {}, "required": [] }));
}

#[test]
fn a_reference_to_the_root_moves_into_a_definition() {
    let schema = input(json!({ "type": "object", "properties": { "next": { "$ref": "#" } }, "$defs": { "Root": {} } }));
    let body = json!({ "next": { "$ref": "#/$defs/Root_" } });
    assert_eq!(schema["properties"], body);
    assert_eq!(schema["$defs"], json!({ "Root_": { "type": "object", "properties": body } }));
}

#[test]
fn circles_and_dangling_references_end() {
    for schema in [
        json!({ "$ref": "#" }),
        json!({ "$ref": "#/$defs/A", "$defs": { "A": { "$ref": "#/$defs/A" } } }),
        json!({ "$ref": "#/$defs/A", "$defs": { "A": { "$ref": "#/$defs/B" }, "B": { "$ref": "#/$defs/A" } } }),
        json!({ "$ref": "#/nowhere" }),
        json!({ "$ref": "https://elsewhere.example/schema.json" }),
        json!({ "$ref": "#/$defs/%zz" }),
        json!({ "anyOf": [{ "$ref": "#/$defs/A" }], "$defs": { "A": { "anyOf": [{ "$ref": "#/$defs/A" }] } } }),
        json!({ "type": "object", "properties": { "a": { "$ref": "#/nowhere", "description": "a" } } }),
    ] {
        let once = input(schema.clone());
        assert!(!once.to_string().contains("nowhere"), "{once}");
        assert_eq!(input(once.clone()), once, "{schema}");
        normalize(schema, Direction::Output);
    }
}

#[test]
fn names_in_references_are_decoded() {
    let schema = input(json!({
        "type": "object",
        "properties": { "a": { "$ref": "#/$defs/A%3Cb~1c%3E" } },
        "$defs": { "A<b/c>": { "items": { "$ref": "#/$defs/A%3Cb~1c%3E" } } },
    }));
    assert!(schema["$defs"]["A<b/c>"].is_object(), "{schema}");
}

/// No schema at all, or keywords with values of a wrong kind: nothing to do, and no panic.
#[test]
fn malformed_schemas_pass_through() {
    for schema in [
        json!(null),
        json!(1),
        json!("text"),
        json!([]),
        json!(true),
        json!(false),
        json!({ "type": "object", "properties": [], "required": {} }),
        json!({ "type": [], "enum": [], "anyOf": [], "oneOf": {}, "allOf": [1], "$defs": 1, "prefixItems": 1 }),
        json!({ "type": "object", "anyOf": [null, 1, {}], "properties": { "a": 1, "b": { "anyOf": [1] } } }),
        json!({ "$ref": 1, "format": 1, "description": 1, "oneOf": [{ "type": "string", "const": "a" }] }),
    ] {
        for direction in [Direction::Input, Direction::Output] {
            let once = normalize(schema.clone(), direction);
            assert_eq!(normalize(once.clone(), direction), once, "{schema}");
        }
    }
}

#[test]
fn the_host_wants_exactly_an_object() {
    for (schema, accepted) in [
        (json!({ "type": "object" }), true),
        (json!({ "type": "object", "properties": {}, "required": [] }), true),
        (json!({ "type": "object", "properties": [] }), false),
        (json!({ "type": "object", "required": {} }), false),
        (json!({ "type": ["object"] }), false),
        (json!({ "type": ["object", "null"] }), false),
        (json!({ "$ref": "#/$defs/A" }), false),
        (json!({}), false),
        (json!(true), false),
    ] {
        assert_eq!(is_object_schema(&schema), accepted, "{schema}");
    }
}

/// A list or a number is no structured result; the caller must say so, not the host.
#[test]
fn results_that_are_no_objects_are_told() {
    assert!(!is_object_schema(&of_result(result::<Vec<u8>>)));
    assert!(!is_object_schema(&of_result(result::<Option<super::corpus::Origin>>)));
    assert!(!is_object_schema(&of_result(result::<Value>)));
    assert!(!is_object_schema(&of_result(result::<super::corpus::External>)));
    assert!(is_object_schema(&of_result(result::<super::corpus::Shape>)));
}

/// serde knows the order that schemars loses.
#[test]
fn variants_stand_as_declared() {
    let schema =
        of_arguments(&[super::snapshots::property("half", crate::function::schema::argument::<Option<Vec<Half>>>)]);
    let names = &schema["properties"]["half"]["items"]["enum"];
    assert_eq!(names, &json!(["First", "Second", "Third", "Fourth"]));
}

/// Asking for the order must not run what the author of a type wrote to check values.
#[test]
fn the_order_is_found_without_making_values() {
    #[derive(serde::Deserialize, schemars::JsonSchema)]
    #[serde(try_from = "Raw")]
    struct Checked {
        #[expect(dead_code, reason = "only its schema is looked at")]
        half: Half,
    }

    #[derive(serde::Deserialize, schemars::JsonSchema)]
    struct Raw {
        #[serde(rename = "half")]
        _half: Half,
        #[serde(rename = "level")]
        _level: Level,
    }

    impl TryFrom<Raw> for Checked {
        type Error = String;

        fn try_from(_: Raw) -> Result<Self, String> {
            panic!("there is no value to convert")
        }
    }

    let schema = of_arguments(&[super::snapshots::property("checked", crate::function::schema::argument::<Checked>)]);
    let names = &schema["properties"]["checked"]["properties"]["half"]["enum"];
    assert_eq!(names, &json!(["First", "Second", "Third", "Fourth"]));
}

/// A constraint beside a union holds together with it, so neither may replace the other.
#[test]
fn unions_beside_other_keywords_stay() {
    let union = json!([{ "type": "string", "const": "a" }, { "type": "string", "const": "b" }]);
    let schema = json!({ "type": "object", "properties": { "a": { "enum": ["a"], "anyOf": union } } });
    let property = &input(schema)["properties"]["a"];
    assert_eq!(property["enum"], json!(["a"]));
    assert!(property["anyOf"].is_array(), "{property}");
}

/// Paragraphs of a variant's documentation stay below its own item of the list.
#[test]
fn documentation_of_variants_is_indented() {
    let schema = json!({ "type": "object", "properties": { "a": { "description": "d", "oneOf": [
        { "type": "string", "const": "a", "description": "one\n\ntwo\nthree" },
        { "type": "string", "enum": ["b"] },
    ] } } });
    let property = &input(schema)["properties"]["a"];
    assert_eq!(property["description"], "d\n\n- `a`: one\n\n  two\n  three");
    assert_eq!(property["enum"], json!(["a", "b"]));
}

/// A variant's bounds and title do not hold for the other variants.
#[test]
fn a_union_at_the_root_takes_only_properties() {
    let schema = input(json!({ "title": "Mine", "oneOf": [
        { "type": "object", "properties": { "a": {} }, "required": ["a"], "title": "One", "maxProperties": 1 },
        { "type": "object", "additionalProperties": { "type": "integer" } },
    ] }));
    assert_eq!(schema, json!({ "title": "Mine", "type": "object", "properties": { "a": {} }, "required": [] }));
}

/// Only one pattern can be said in other words.
#[test]
fn several_patterns_stay() {
    let both = json!({ "^a": { "type": "integer" }, "^b": { "type": "string" } });
    let schema = input(json!({ "type": "object", "patternProperties": both, "additionalProperties": false }));
    assert_eq!(schema["patternProperties"], both);
    assert_eq!(schema["additionalProperties"], json!(false));
}
