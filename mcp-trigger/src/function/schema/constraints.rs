//! Constraints of a derived schema that serde does not check: `#[schemars(range(…), length(…), email, url)]` and the like.
//!
//! serde reads types. Bounds of numbers and of lengths are only written into the schema, so a function that trusts its schema would
//! see what the schema forbids. This module takes those keywords out of a schema, before [`normalize`](super::normalize) drops where
//! they come from; most schemas have none, and then nothing is checked. Patterns are left out: an app with `#[schemars(regex(…))]`
//! has a regular expression at hand, and checks it itself. So is everything within the alternatives of an enum.

use super::recursion;
use serde_json::{Map, Value};

/// The keyword for the shape of a value, for the reader of objects and lists from text. It is not `type`: serde checks the types.
pub(super) const SHAPE: &str = "$shape";

/// Keywords that hold for values of one type, whatever serde says.
const BOUNDS: [&str; 9] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
];

/// The keywords of a schema, as schemars writes it, that only this module checks; `None` without such keywords.
pub(super) fn of(schema: &Value) -> Option<Value> {
    let kept = keep(schema);
    let mut any = false;
    recursion::each(&kept, &kept, &mut |schema| {
        any |= schema.contains_key("format") || BOUNDS.iter().any(|keyword| schema.contains_key(*keyword));
    });
    any.then_some(kept)
}

fn keep(schema: &Value) -> Value {
    let Value::Object(keywords) = schema else { return Value::Bool(true) };
    let mut kept = Map::new();
    for (keyword, rule) in keywords {
        match (keyword.as_str(), rule) {
            ("minimum" | "maximum", bound) if is_of_type(keywords, keyword, bound) => {}
            (bound, _) if BOUNDS.contains(&bound) => drop(kept.insert(keyword.clone(), rule.clone())),
            ("type", types) => {
                let names = types.as_array().map_or(std::slice::from_ref(types), Vec::as_slice);
                let mut names = names.iter().filter(|name| **name != "null");
                if let (Some(name), None) = (names.next(), names.next())
                    && (name == "object" || name == "array")
                {
                    kept.insert(SHAPE.to_owned(), name.clone());
                }
            }
            // Other formats are those of types, which read them.
            ("format", Value::String(format)) if matches!(format.as_str(), "email" | "uri") => {
                kept.insert(keyword.clone(), rule.clone());
            }
            ("$ref", _) => drop(kept.insert(keyword.clone(), rule.clone())),
            ("items" | "additionalProperties", _) => drop(kept.insert(keyword.clone(), keep(rule))),
            ("prefixItems" | "allOf", Value::Array(parts)) => {
                let parts = parts.iter().map(keep).collect();
                kept.insert(keyword.clone(), Value::Array(parts));
            }
            ("properties" | "$defs", Value::Object(named)) => {
                let named = named.iter().map(|(name, schema)| (name.clone(), keep(schema))).collect();
                kept.insert(keyword.clone(), Value::Object(named));
            }
            // An `Option` of a struct.
            ("anyOf", Value::Array(parts)) => {
                let mut others = parts.iter().filter(|part| part["type"] != "null");
                if let (Some(only), None) = (others.next(), others.next()) {
                    kept.insert("allOf".to_owned(), Value::Array(vec![keep(only)]));
                }
            }
            _ => {}
        }
    }
    Value::Object(kept)
}

/// Whether a bound is that of the integer type, which serde looks at. The format says which type it is.
fn is_of_type(keywords: &Map<String, Value>, keyword: &str, bound: &Value) -> bool {
    let format = keywords.get("format").and_then(Value::as_str).unwrap_or_default();
    match (format, keyword, bound.as_i64()) {
        (format, "minimum", Some(0)) => format.starts_with("uint"),
        ("uint8", "maximum", Some(255)) | ("uint16", "maximum", Some(65_535)) => true,
        ("int8", "minimum", Some(-128)) | ("int8", "maximum", Some(127)) => true,
        ("int16", "minimum", Some(-32_768)) | ("int16", "maximum", Some(32_767)) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::function::schema::{self, Checker, argument};
    use schemars::JsonSchema;
    use serde::Deserialize;
    use serde_json::{Value, json};
    use std::collections::{HashMap, HashSet};

    #[derive(Deserialize, JsonSchema)]
    #[allow(dead_code)]
    struct Plain {
        text: String,
        small: u8,
        signed: i8,
        big: Option<u64>,
        set: HashSet<i16>,
        map: HashMap<String, f32>,
        next: Option<Box<Plain>>,
        any: Value,
        day: Day,
    }

    #[derive(Deserialize, JsonSchema)]
    #[allow(dead_code)]
    enum Day {
        /// A day to work on.
        Monday,
        Sunday,
    }

    #[derive(Deserialize, JsonSchema)]
    #[allow(dead_code)]
    struct Rated {
        #[schemars(range(min = 1, max = 5))]
        stars: u8,
        #[schemars(length(max = 3))]
        name: Option<String>,
        #[schemars(email)]
        mail: Option<String>,
        #[schemars(length(min = 1), inner(range(max = 9)))]
        list: Option<Vec<i32>>,
        home: Option<Home>,
        next: Option<Box<Rated>>,
    }

    #[derive(Deserialize, JsonSchema)]
    #[allow(dead_code)]
    struct Home {
        #[schemars(range(min = 0.5))]
        size: f64,
    }

    #[test]
    fn most_types_promise_nothing_more() {
        assert_eq!(schema::constraints_of_all(argument::<Plain>), None);
        let parameters = [("plain", argument::<Plain> as schema::SchemaFn), ("text", argument::<Option<String>>)];
        assert_eq!(schema::constraints(parameters.into_iter()), None);
    }

    #[test]
    fn bounds_are_looked_at_wherever_they_stand() {
        let checker = Checker::of_constraints(schema::constraints_of_all(argument::<Rated>).expect("bounds"));
        let told = |value: Value| checker.keeps(&value.to_string()).err().map(|mismatch| mismatch.of_arguments());
        for (value, why) in [
            (json!({ "stars": 0 }), "argument `stars`: 0 is less than 1"),
            (json!({ "stars": 6.0 }), "argument `stars`: 6.0 is more than 5"),
            (json!({ "name": "long" }), "argument `name`: there are 4 characters, and there may be at most 3"),
            (json!({ "mail": "nobody" }), "argument `mail`: \"nobody\" is not an email address"),
            (json!({ "list": [] }), "argument `list`: there are 0 items, and there have to be at least 1"),
            (json!({ "list": [1, 10] }), "argument `list` at `[1]`: 10 is more than 9"),
            (json!({ "home": { "size": 0 } }), "argument `home` at `size`: 0 is less than 0.5"),
            (json!({ "home": "{\"size\":0}" }), "argument `home` at `size`: 0 is less than 0.5"),
            (json!({ "next": { "next": { "stars": 9 } } }), "argument `next` at `next.stars`: 9 is more than 5"),
        ] {
            assert_eq!(told(value.clone()).as_deref(), Some(why), "{value}");
        }
        // Whether a value has its type is serde's business.
        for value in [
            json!({}),
            json!({ "stars": "many", "name": null, "mail": 5, "list": null, "home": "here", "next": [], "more": 1 }),
            json!({ "stars": 5, "name": "éàü", "mail": "a@b.example", "list": [9], "home": { "size": 0.5 } }),
        ] {
            assert_eq!(told(value), None);
        }
    }
}
