//! The check compared with the crate `jsonschema`, on random schemas and values, and tests of the rest.

use super::Checker;
use crate::function::schema;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn fits(schema: &Value, value: &Value) -> bool {
    Checker::new(schema.clone()).check(value).is_ok()
}

fn why(schema: Value, value: Value) -> String {
    Checker::new(schema).check(&value).unwrap_err().of_arguments()
}

/// A few names and numbers, so that schemas and values meet.
fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "ab", "c1"]).prop_map(str::to_owned)
}

fn number() -> impl Strategy<Value = Value> {
    let numbers = vec![
        json!(0),
        json!(1),
        json!(1.0),
        json!(2),
        json!(-1),
        json!(2.5),
        json!(1e20),
        json!(9_007_199_254_740_993_u64),
    ];
    prop::sample::select(numbers)
}

fn scalar() -> impl Strategy<Value = Value> {
    let text = prop::sample::select(vec!["", "a", "ab", "éa", "2026-01-31", "12"]).prop_map(Value::from);
    prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::from), number(), text]
}

fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 12, 3, |inner| {
        let members = prop::collection::vec((name(), inner.clone()), 0..4)
            .prop_map(|all| Value::Object(all.into_iter().collect()));
        prop_oneof![members, prop::collection::vec(inner, 0..4).prop_map(Value::from)]
    })
}

fn object(keywords: Vec<(&'static str, Value)>) -> Value {
    Value::Object(keywords.into_iter().map(|(keyword, rule)| (keyword.to_owned(), rule)).collect())
}

fn schema() -> impl Strategy<Value = Value> {
    let kinds = ["object", "array", "string", "integer", "number", "boolean", "null"];
    let kind = prop::sample::select(kinds.to_vec());
    let count = || (0..3_u8).prop_map(Value::from);
    let pattern = || prop::sample::select(vec!["^a", "b$", "[0-9]", "^(a|b)+$", "."]);
    let names = prop::sample::subsequence(vec!["a", "b", "ab"], 0..3).prop_map(Value::from);
    let plain = prop_oneof![
        any::<bool>().prop_map(Value::from),
        kind.prop_map(|kind| object(vec![("type", kind.into())])),
        prop::sample::subsequence(kinds.to_vec(), 1..3).prop_map(|kinds| object(vec![("type", kinds.into())])),
        prop::collection::vec(value(), 1..3).prop_map(|values| object(vec![("enum", values.into())])),
        value().prop_map(|value| object(vec![("const", value)])),
        (prop::sample::select(vec!["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]), number())
            .prop_map(|(keyword, number)| object(vec![(keyword, number)])),
        prop::sample::select(vec![json!(1), json!(2), json!(0.5)]).prop_map(|of| object(vec![("multipleOf", of)])),
        (
            prop::sample::select(vec![
                "minLength",
                "maxLength",
                "minItems",
                "maxItems",
                "minProperties",
                "maxProperties"
            ]),
            count()
        )
            .prop_map(|(keyword, count)| object(vec![(keyword, count)])),
        pattern().prop_map(|pattern| object(vec![("pattern", pattern.into())])),
        names.prop_map(|names| object(vec![("required", names)])),
        Just(object(vec![("uniqueItems", true.into())])),
        Just(object(vec![("dependentRequired", json!({ "a": ["b"] }))])),
        prop::sample::select(vec!["#", "#/$defs/A", "#/$defs/B"])
            .prop_map(|to| json!({ "properties": { "a": { "$ref": to } } })),
        prop::sample::select(vec!["#/$defs/A", "#/$defs/B"]).prop_map(|to| json!({ "$ref": to })),
    ];
    plain.prop_recursive(3, 16, 4, move |inner| {
        let one = (
            prop::sample::select(vec![
                "not",
                "additionalProperties",
                "unevaluatedProperties",
                "items",
                "contains",
                "propertyNames",
            ]),
            inner.clone(),
        );
        let several = (
            prop::sample::select(vec!["allOf", "anyOf", "oneOf", "prefixItems"]),
            prop::collection::vec(inner.clone(), 1..4),
        );
        let named = prop::collection::vec((name(), inner.clone()), 1..4);
        let all = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            one.prop_map(|(keyword, schema)| object(vec![(keyword, schema)])),
            several.prop_map(|(keyword, schemas)| object(vec![(keyword, schemas.into())])),
            named.prop_map(|named| object(vec![("properties", Value::Object(named.into_iter().collect()))])),
            (pattern(), inner.clone())
                .prop_map(|(pattern, schema)| json!({ "patternProperties": { pattern: schema } })),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| json!({ "if": a, "then": b, "else": c })),
            inner.clone().prop_map(|schema| json!({ "dependentSchemas": { "a": schema } })),
            (inner, 0..3_u8)
                .prop_map(|(schema, least)| json!({ "contains": schema, "minContains": least, "maxContains": 2 })),
            // Several keywords in one schema.
            all.prop_map(|schemas| {
                let mut whole = Map::new();
                for schema in schemas {
                    whole.extend(schema.as_object().cloned().unwrap_or_default());
                }
                Value::Object(whole)
            }),
        ]
    })
}

/// A schema whose references lead somewhere. `A` is one value deeper, so that no reference leads to itself at the same value.
fn whole() -> impl Strategy<Value = Value> {
    (schema(), schema()).prop_map(|(schema, definition)| {
        let mut whole = schema.as_object().cloned().unwrap_or_default();
        let b = json!({ "type": ["object", "string"], "properties": { "b": { "$ref": "#/$defs/A" } } });
        let a = json!({ "properties": { "a": definition }, "items": { "$ref": "#/$defs/B" } });
        whole.insert("$defs".to_owned(), json!({ "A": a, "B": b }));
        Value::Object(whole)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_agrees_with_another_implementation(schema in whole(), values in prop::collection::vec(value(), 8)) {
        let other = jsonschema::draft202012::new(&schema).expect("a schema");
        for value in values {
            prop_assert_eq!(fits(&schema, &value), other.is_valid(&value), "{} and {}", schema, value);
        }
    }

    /// Mending does not change a value that fits.
    #[test]
    fn what_fits_is_not_mended(schema in whole(), value in value()) {
        let checker = Checker::new(schema.clone());
        if checker.check(&value).is_ok() {
            prop_assert_eq!(checker.read(&value.to_string()), Ok(None), "{} and {}", schema, value);
        }
    }
}

/// No legitimate value is refused for its format.
#[test]
fn formats_are_no_stricter_than_elsewhere() {
    let texts = [
        "2026-01-31",
        "2024-02-29",
        "09:30:00Z",
        "23:59:60Z",
        "09:30:00.123+02:00",
        "2026-01-31T09:30:00Z",
        "2026-01-31t09:30:00.5-01:00",
        "P1Y",
        "P1Y2M3DT4H5M6S",
        "PT1H",
        "P2W",
        "a@b.example",
        "\"a b\"@b.example",
        "a+b@[127.0.0.1]",
        "https://example.com/a?b=c#d",
        "urn:a:b",
        "mailto:a@b.example",
        "https://[::1]/%20",
        "123e4567-e89b-12d3-a456-426614174000",
        "127.0.0.1",
        "::1",
        "::ffff:1.2.3.4",
    ];
    for format in ["date", "time", "date-time", "duration", "email", "uri", "uuid", "ipv4", "ipv6", "hostname", "other"]
    {
        let schema = json!({ "format": format });
        let other = jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap();
        for text in texts {
            let value = json!(text);
            assert!(!other.is_valid(&value) || fits(&schema, &value), "{format}: {text}");
        }
    }
}

#[test]
fn derived_results_fit_and_mistakes_are_told_with_their_place() {
    #[derive(serde::Serialize, schemars::JsonSchema)]
    struct Tree {
        name: String,
        size: u8,
        leaves: Vec<Tree>,
        note: Option<String>,
    }
    let tree = |leaves| Tree { name: "a".to_owned(), size: 3, leaves, note: None };
    let schema = schema::of_result(schema::result::<Tree>);
    let value = serde_json::to_value(tree(vec![tree(vec![])])).unwrap();
    assert!(fits(&schema, &value));
    let told = |change: fn(&mut Value)| {
        let mut value = value.clone();
        change(&mut value["leaves"][0]);
        Checker::new(schema.clone()).check(&value).unwrap_err().to_string()
    };
    assert_eq!(told(|leaf| leaf["size"] = json!("3")), r#"`leaves[0].size`: expected an integer, not its text"#);
    assert_eq!(told(|leaf| leaf["size"] = json!(-1)), "`leaves[0].size`: -1 is less than 0");
    assert_eq!(told(|leaf| *leaf = json!({})), "`leaves[0].name` is missing");
    assert_eq!(told(|leaf| *leaf = json!(1)), "`leaves[0]`: expected an object, not 1");
}

#[test]
fn messages_name_the_argument() {
    let schema = json!({
        "type": "object",
        "required": ["name"],
        "additionalProperties": false,
        "properties": {
            "name": { "type": "string", "maxLength": 3 },
            "stars": { "type": "integer", "minimum": 1, "maximum": 5 },
            "level": { "enum": ["low", "high"] },
            "home": { "type": "object", "required": ["zip"], "properties": { "zip": { "type": "string", "pattern": "^[0-9]+$" } } },
            "day": { "format": "date" },
            "tags": { "items": { "type": "string" }, "uniqueItems": true },
            "either": { "anyOf": [{ "type": "string" }, { "type": "object", "properties": { "x": { "type": "integer" } } }] },
        },
    });
    let with = |name: &str, value: Value| why(schema.clone(), json!({ "name": "a", name: value }));
    assert_eq!(why(schema.clone(), json!({})), "argument `name` is missing");
    assert_eq!(with("name", json!("long")), "argument `name`: there are 4 characters, and there may be at most 3");
    assert_eq!(with("stars", json!(9)), "argument `stars`: 9 is more than 5");
    assert_eq!(with("stars", json!("5")), "argument `stars`: expected an integer, not its text");
    assert_eq!(with("level", json!("mid")), "argument `level`: \"mid\" is none of \"low\", \"high\"");
    assert_eq!(with("home", json!({})), "argument `home`: `zip` is missing");
    assert_eq!(
        with("home", json!({ "zip": "x" })),
        "argument `home` at `zip`: \"x\" does not match the pattern ^[0-9]+$"
    );
    assert_eq!(with("day", json!("today")), "argument `day`: \"today\" is not a date, as in 2026-01-31");
    assert_eq!(
        with("tags", json!(["a", "b", "a"])),
        "argument `tags`: \"a\" is there twice, and may be there only once"
    );
    assert_eq!(with("tags", json!(["a", 1])), "argument `tags` at `[1]`: expected a string, not 1");
    assert_eq!(with("other", json!(1)), "argument `other`: there is no such member");
    assert_eq!(with("either", json!({ "x": "y" })), "argument `either` at `x`: expected an integer, not \"y\"");
    let neither = with("either", json!(5));
    assert_eq!(
        neither,
        "argument `either`: 5 fits none of the alternatives: expected a string, not 5; expected an object, not 5"
    );
    assert!(with("level", json!("x".repeat(1_000_000))).len() < 200);
}

#[test]
fn texts_and_nulls_are_read_where_nothing_else_can_be_meant() {
    let schema = json!({
        "type": "object",
        "properties": {
            "point": { "$ref": "#/$defs/Point" },
            "list": { "anyOf": [{ "type": "array", "items": { "$ref": "#/$defs/Point" } }, { "type": "null" }] },
            "text": { "type": ["string", "object"] },
            "any": {},
            "count": { "type": "integer" },
        },
        "required": ["count"],
        "$defs": { "Point": { "type": "object", "properties": { "x": { "type": "number" }, "next": { "$ref": "#/$defs/Point" } } } },
    });
    let read = |value: Value| Checker::new(schema.clone()).read(&value.to_string());
    let same = |value: Value| assert_eq!(read(value).unwrap(), None);
    same(json!({ "count": 5.0, "text": "{\"a\":1}", "any": "[1]", "point": { "x": 1 }, "list": null }));
    let mended =
        read(json!({ "count": 1, "point": "{\"x\":1,\"next\":\"{\\\"x\\\":2}\"}", "list": "[{\"x\":null}]" })).unwrap();
    let mended: Value = serde_json::from_str(&mended.expect("something to mend")).unwrap();
    assert_eq!(mended, json!({ "count": 1, "point": { "x": 1, "next": { "x": 2 } }, "list": [{}] }));
    for (value, why) in [
        (json!({ "count": "1" }), "argument `count`: expected an integer, not its text"),
        (json!({ "count": null }), "argument `count` is missing"),
        (json!({ "count": 1, "point": "[1]" }), "argument `point`: expected an object, not \"[1]\""),
        (json!({ "count": 1, "point": "{\"x\":\"1\"}" }), "argument `point` at `x`: expected a number, not its text"),
    ] {
        assert_eq!(read(value).unwrap_err().of_arguments(), why);
    }
}

/// The schemas below lead to the same place in more ways than there are atoms.
#[test]
fn no_value_takes_long() {
    let nested = |depth: usize| (0..depth).fold(json!({ "end": 1 }), |inner, _| json!({ "x": inner }));
    let either = json!({ "anyOf": [{ "$ref": "#/$defs/A" }, { "$ref": "#/$defs/A", "minProperties": 9 }] });
    let forking = json!({
        "$ref": "#/$defs/A",
        "$defs": { "A": { "properties": { "x": either, "end": { "type": "string" } } } },
    });
    assert!(!fits(&forking, &nested(100)));
    let circle = json!({ "$ref": "#/$defs/A", "$defs": { "A": { "anyOf": [{ "$ref": "#/$defs/B" }] }, "B": { "$ref": "#/$defs/A" } } });
    assert!(fits(&circle, &json!(1)));
    let unique = json!({ "uniqueItems": true, "maxItems": 1_000_000 });
    let items: Vec<Value> = (0..100_000).map(Value::from).collect();
    assert!(fits(&unique, &items.into()));
    let pattern = json!({ "pattern": "^(a+)+$" });
    assert!(!fits(&pattern, &format!("{}b", "a".repeat(10_000)).into()));
}

/// On the smallest stack that a thread of the server has.
#[test]
fn no_value_is_too_deep() {
    let check = || {
        let schema = json!({ "$ref": "#/$defs/A", "$defs": { "A": { "allOf": [{ "anyOf": [
            { "type": "array", "items": { "$ref": "#/$defs/A" } },
            { "type": "object", "additionalProperties": { "$ref": "#/$defs/A" } },
            { "type": "null" },
        ] }] } } });
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(fits(&schema, &serde_json::from_str(&deep(50)).unwrap()));
        assert!(!fits(&schema, &serde_json::from_str(&deep(127)).unwrap()));
        // Texts within texts go deeper than one text can.
        let mut text = deep(100);
        for _ in 0..4 {
            text = format!("{}{}{}", "[".repeat(100), json!(text), "]".repeat(100));
        }
        assert!(Checker::new(schema).read(&text).is_err());
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(check).unwrap().join().unwrap();
}

#[test]
fn what_cannot_be_read_lets_everything_pass() {
    for schema in [
        json!({ "pattern": "(?=a)b" }),
        json!({ "pattern": 5, "type": 5, "enum": 5, "anyOf": 5, "required": 5, "properties": 5, "minLength": "5" }),
        json!({ "format": "hostname" }),
        json!({ "$ref": "https://example.com/schema.json" }),
        json!({ "$ref": "#/nowhere" }),
        json!(5),
    ] {
        assert!(fits(&schema, &json!("b")), "{schema}");
    }
    let hidden = json!({ "patternProperties": { "(?=a)": { "type": "null" } }, "additionalProperties": false });
    assert!(fits(&hidden, &json!({ "a": 1 })));
}
