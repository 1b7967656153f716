//! Random schemas: each can be published or refused without a panic.

use crate::function::schema::{Direction, is_object_schema, normalize, recursion};
use serde_json::{Map, Value, json};

/// A small generator of its own, so that a failure can be repeated from its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        let index = self.roll(from.len() as u64);
        from[index as usize].clone()
    }

    fn list(&mut self, depth: u64) -> Value {
        (0..self.roll(4)).map(|_| self.schema(depth)).collect()
    }

    fn named(&mut self, depth: u64) -> Value {
        let names = ["a", "b", "type", "$ref"];
        (0..self.roll(4)).map(|_| (self.pick(&names).to_owned(), self.schema(depth))).collect::<Map<_, _>>().into()
    }

    fn schema(&mut self, depth: u64) -> Value {
        if depth == 0 || self.roll(8) == 0 {
            return self.pick(&[
                json!(true),
                json!(false),
                json!({ "type": "null" }),
                json!({ "type": "string" }),
                json!(1),
            ]);
        }
        let keywords = [
            "$ref",
            "$defs",
            "type",
            "format",
            "const",
            "enum",
            "default",
            "description",
            "title",
            "properties",
            "required",
            "additionalProperties",
            "patternProperties",
            "items",
            "prefixItems",
            "maxItems",
            "anyOf",
            "oneOf",
            "allOf",
            "not",
        ];
        let mut schema = Map::new();
        for _ in 0..self.roll(6) {
            let keyword = self.pick(&keywords);
            let value = match keyword {
                "$ref" => self.pick(&[json!("#"), json!("#/$defs/a"), json!("#/$defs/b"), json!("#/nowhere")]),
                "type" => self.pick(&[json!("object"), json!("string"), json!(["object", "null"]), json!("array")]),
                "const" | "default" | "title" | "description" => self.pick(&[json!("a"), json!("b"), json!(null)]),
                "enum" | "required" => self.pick(&[json!(["a", "b"]), json!(["a"]), json!(["a", null]), json!([])]),
                "format" => self.pick(&[json!("uint8"), json!("email"), json!(1)]),
                "maxItems" => self.roll(3).into(),
                "$defs" | "properties" | "patternProperties" => self.named(depth - 1),
                "prefixItems" | "anyOf" | "oneOf" | "allOf" => self.list(depth - 1),
                _ => self.schema(depth - 1),
            };
            schema.insert(keyword.into(), value);
        }
        schema.into()
    }
}

#[test]
fn any_schema_can_be_published_or_refused() {
    for seed in 1..5_000_u64 {
        let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let schema = dice.schema(4);
        for direction in [Direction::Input, Direction::Output] {
            let mut once = normalize(schema.clone(), direction);
            for reference in recursion::references(&mut once) {
                assert!(recursion::target(&once, &reference).is_some(), "seed {seed}: {schema}");
            }
            if direction == Direction::Input && is_object_schema(&once) {
                assert!(once["properties"].is_object() && once.get("$ref").is_none(), "seed {seed}: {schema}");
            }
        }
    }
}
