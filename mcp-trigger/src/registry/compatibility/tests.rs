//! Each rule finds what it is for, and nothing else.

use super::{Warning, warnings};
use crate::app::App;
use crate::function::dynamic::DynamicTool;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};

fn tool(name: &str) -> DynamicTool {
    DynamicTool::new(name, |_: Map<String, Value>| async {})
        .description("Does nothing.")
        .input_schema(json!({ "type": "object" }))
}

/// A tool with one argument of this schema.
fn with(schema: Value) -> DynamicTool {
    tool("probe").input_schema(json!({
        "type": "object",
        "properties": { "a": schema },
        "$defs": {
            "Tree": { "type": "object", "properties": { "next": { "$ref": "#/$defs/Tree" } } },
            "Odd": { "type": ["string", "integer"] },
        },
    }))
}

fn found(tool: DynamicTool) -> Vec<Warning> {
    warnings(&App::new().tool(tool).registry())
}

#[track_caller]
fn finds(tool: DynamicTool, rules: &[&str]) {
    let found = found(tool);
    assert_eq!(found.iter().map(|warning| warning.rule.id).collect::<Vec<_>>(), rules, "{found:?}");
}

#[test]
fn every_rule_finds_what_it_is_for() {
    for (schema, rules) in [
        (json!({ "type": ["string", "integer"] }), vec!["type-list"]),
        (json!({ "type": "array", "items": { "$ref": "#/$defs/Odd" } }), vec!["type-list"]),
        (json!({ "type": "array", "items": { "type": "string" }, "uniqueItems": true }), vec!["unique-items"]),
        (json!({ "type": "object", "properties": {}, "propertyNames": { "maxLength": 3 } }), vec!["property-names"]),
        (
            json!({ "type": "object", "patternProperties": { "^a": {} }, "additionalProperties": false }),
            vec!["property-names"],
        ),
        (json!({ "type": "object", "additionalProperties": { "type": "string" } }), vec!["open-object"]),
        (json!({ "type": "object", "properties": {}, "additionalProperties": true }), vec!["open-object"]),
        (json!({ "type": "object" }), vec!["open-object"]),
        (json!({ "$ref": "#/$defs/Tree" }), vec!["recursion"]),
        (json!({ "type": "array", "items": { "anyOf": [{ "$ref": "#/$defs/Tree" }] } }), vec!["recursion"]),
        (json!({ "type": "array" }), vec!["items"]),
        (json!({ "enum": [1, 2] }), vec!["enum"]),
        (json!({ "description": "Anything" }), vec!["any"]),
        (json!(true), vec!["any"]),
    ] {
        finds(with(schema), &rules);
    }
    finds(tool("a.b"), &["tool-name"]);
    finds(tool(&"a".repeat(65)), &["tool-name"]);
    finds(tool("a").description(" "), &["description"]);
    let named = |name: &str| json!({ "type": "object", "properties": { name: { "type": "string" } } });
    for name in ["a.b", "a b", "", "filter[id]", &"a".repeat(65)] {
        finds(tool("a").input_schema(named(name)), &["argument-name"]);
    }
    finds(tool("a").input_schema(json!({ "type": "object", "anyOf": [{ "required": ["x"] }] })), &["root-union"]);
    finds(
        tool("a").input_schema(json!({ "type": "object", "additionalProperties": { "type": "string" } })),
        &["open-object"],
    );
}

#[test]
fn what_all_clients_take_is_no_warning() {
    for schema in [
        json!({ "type": "string", "minLength": 1, "format": "date", "pattern": "^a", "enum": ["a"] }),
        json!({ "type": "number", "minimum": 0, "maximum": 1, "default": 0.5 }),
        json!({ "type": "array", "items": { "type": "integer" }, "minItems": 1 }),
        json!({ "type": "object", "properties": { "type": { "type": "string" }, "a.b": { "type": "string" } }, "required": [] }),
        json!({ "type": "object", "properties": {}, "additionalProperties": false }),
        json!({ "anyOf": [{ "type": "string" }, { "type": "integer" }] }),
    ] {
        finds(with(schema), &[]);
    }
    finds(tool("a_B-9"), &[]);
    finds(tool(&"a".repeat(64)), &[]);
}

#[test]
fn the_129th_tool_is_one_too_many() {
    let registry = App::new().tools((0..200).map(|at| tool(&format!("tool{at:03}")))).registry();
    let found = warnings(&registry);
    let [warning] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((warning.rule.id, warning.function.client_name()), ("tool-count", "tool128"));
}

/// One warning for a function and a rule, with the client and what to do.
#[test]
fn a_warning_says_who_and_what_to_do() {
    let list = json!({ "type": ["string", "number"] });
    let properties: Map<String, Value> =
        ["a", "b", "c", "d", "e", "f"].map(|name| (name.to_owned(), list.clone())).into_iter().collect();
    let found = found(tool("probe").input_schema(json!({ "type": "object", "properties": properties })));
    let [warning] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(
        warning.to_string(),
        "the tool `probe`: schemas of arguments have a list of types (`a`, `b`, `c`, `d`, `e`, …); refused by Gemini: write one \
         type, or `anyOf` with a schema for each"
    );
    let data = warning.to_json();
    assert_eq!((&data["rule"], &data["clients"]), (&json!("type-list"), &json!(["Gemini"])));
    assert_eq!(data["arguments"].as_array().map(Vec::len), Some(6));
}

/// Schemas are written so that all clients accept them, where that is possible.
#[test]
fn derived_types_are_written_so_that_all_clients_take_them() {
    #[derive(Deserialize, JsonSchema)]
    #[allow(dead_code)]
    struct Arguments {
        set: HashSet<String>,
        price: Decimal,
        either: TextOrNumber,
        optional: Option<Decimal>,
    }

    /// As rust_decimal describes itself.
    struct Decimal;
    impl<'de> Deserialize<'de> for Decimal {
        fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
            Ok(Decimal)
        }
    }
    impl JsonSchema for Decimal {
        fn schema_name() -> std::borrow::Cow<'static, str> {
            "Decimal".into()
        }
        fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
            schemars::json_schema!({ "type": ["string", "number"], "pattern": r"^-?\d+(\.\d+)?([eE]\d+)?$" })
        }
    }

    struct TextOrNumber;
    impl<'de> Deserialize<'de> for TextOrNumber {
        fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
            Ok(TextOrNumber)
        }
    }
    impl JsonSchema for TextOrNumber {
        fn schema_name() -> std::borrow::Cow<'static, str> {
            "TextOrNumber".into()
        }
        fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
            schemars::json_schema!({ "type": ["string", "integer"], "description": "An id.", "maxLength": 9, "minimum": 1 })
        }
    }

    let tool = |tool: DynamicTool| tool.description("Does nothing.");
    finds(tool(DynamicTool::new("a", |_: Arguments| async {})), &[]);
    let registry = App::new().tool(tool(DynamicTool::new("a", |_: Arguments| async {}))).registry();
    let function = registry.tools().next().unwrap();
    let schema = crate::registry::function_json::schemas(function, function.as_tool().unwrap())
        .unwrap_or_else(|_| panic!())
        .input;
    let properties = &schema["properties"];
    assert_eq!(properties["set"], json!({ "type": "array", "items": { "type": "string" } }));
    let decimal = json!({ "type": "string", "pattern": r"^-?\d+(\.\d+)?([eE]\d+)?$" });
    assert_eq!((&properties["price"], &properties["optional"]), (&decimal, &decimal));
    let either = json!({
        "description": "An id.",
        "anyOf": [{ "type": "string", "maxLength": 9 }, { "type": "integer", "minimum": 1 }],
    });
    assert_eq!(properties["either"], either);

    #[derive(Deserialize, JsonSchema)]
    #[allow(dead_code)]
    struct Maps {
        /// By number.
        numbered: BTreeMap<i64, String>,
        named: HashMap<String, u32>,
    }
    let found = found(tool(DynamicTool::new("a", |_: Maps| async {})));
    let [warning] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(
        (warning.rule.id, warning.arguments.as_slice()),
        ("open-object", &["numbered".to_owned(), "named".to_owned()][..])
    );
}
