//! [`Schema`]: a part of a tool's input schema, as far as it says how to read text.

use serde_json::{Map, Value};

/// A part of a JSON Schema.
#[derive(Clone, Copy)]
pub(crate) struct Schema<'a> {
    /// The whole, for references.
    root: &'a Value,
    part: &'a Value,
}

/// The deepest schema that is looked at: references may form a ring.
const DEEPEST: usize = 8;

impl<'a> Schema<'a> {
    /// The schema of an object of arguments.
    pub(crate) fn new(root: &'a Value) -> Self {
        Schema { root, part: root }
    }

    fn at(&self, part: &'a Value) -> Self {
        Schema { root: self.root, part }
    }

    /// The schemas of which a value needs one: those of `anyOf` and `oneOf`, references in place.
    fn alternatives(self) -> Vec<Schema<'a>> {
        let mut found = Vec::new();
        self.collect(0, &mut found);
        found
    }

    fn collect(self, depth: usize, found: &mut Vec<Schema<'a>>) {
        if depth > DEEPEST {
            return;
        }
        if let Some(path) = self.part["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
            self.root.pointer(path).into_iter().for_each(|part| self.at(part).collect(depth + 1, found));
            return;
        }
        let parts = ["anyOf", "oneOf", "allOf"].iter().filter_map(|word| self.part[*word].as_array()).flatten();
        let parts: Vec<_> = parts.collect();
        if parts.is_empty() {
            found.push(self);
        }
        parts.into_iter().for_each(|part| self.at(part).collect(depth + 1, found));
    }

    fn has_type(&self, name: &str) -> bool {
        match &self.part["type"] {
            Value::String(only) => only == name,
            Value::Array(several) => several.iter().any(|one| one == name),
            _ => false,
        }
    }

    /// Whether nothing is said of the type.
    fn is_open(&self) -> bool {
        ["type", "enum", "const", "properties", "items"].iter().all(|word| self.part.get(*word).is_none())
    }

    /// The schema of a property; `None` if there is none of this name.
    pub(crate) fn property(self, name: &str) -> Option<Schema<'a>> {
        let property = |schema: Schema<'a>| {
            let own = schema.part["properties"].get(name);
            // A map, or an object of any properties.
            let other = || match schema.part.get("additionalProperties") {
                Some(Value::Bool(false)) => None,
                None if schema.part.get("properties").is_some() => None,
                None => (schema.has_type("object") || schema.is_open()).then_some(&Value::Null),
                Some(schema) => Some(schema),
            };
            Some(schema.at(own.or_else(other)?))
        };
        self.alternatives().into_iter().find_map(property)
    }

    /// The names and schemas of the properties, in their order.
    pub(crate) fn properties(self) -> Vec<(&'a str, Schema<'a>)> {
        let of = |schema: Schema<'a>| {
            let properties = schema.part["properties"].as_object().into_iter().flatten();
            properties.map(move |(name, part)| (name.as_str(), schema.at(part)))
        };
        self.alternatives().into_iter().flat_map(of).collect()
    }

    /// Whether a property has to be there.
    pub(crate) fn requires(self, name: &str) -> bool {
        let is_required = |schema: Schema<'_>| {
            schema.part["required"].as_array().is_some_and(|names| names.iter().any(|it| it == name))
        };
        self.alternatives().into_iter().any(is_required)
    }

    /// The first line of the description.
    pub(crate) fn description(&self) -> &'a str {
        self.part["description"].as_str().unwrap_or_default().lines().next().unwrap_or_default()
    }

    /// Whether a value may be a list, so that it can be given in several parts.
    pub(crate) fn is_list(self) -> bool {
        self.alternatives().iter().any(|schema| schema.has_type("array") || schema.part.get("items").is_some())
    }

    /// The schema of the entries of a list.
    pub(crate) fn items(self) -> Schema<'a> {
        let items = self.alternatives().into_iter().find_map(|schema| Some(schema.at(schema.part.get("items")?)));
        items.unwrap_or_else(|| self.at(&Value::Null))
    }

    /// The value that a text stands for.
    ///
    /// # Errors
    ///
    /// If the schema takes no value of this text: the wanted type.
    pub(crate) fn read(self, text: &str) -> Result<Value, String> {
        let alternatives = self.alternatives();
        let json: Option<Value> = serde_json::from_str(text).ok();
        // What is written in the schema is meant as it stands there.
        let words = alternatives.iter().flat_map(Schema::words);
        let is_meant = |word: &&Value| word.as_str().map_or_else(|| json.as_ref() == Some(word), |word| word == text);
        if let Some(word) = words.clone().find(is_meant) {
            return Ok(word.clone());
        }
        let takes = |value: &Value| alternatives.iter().any(|schema| schema.takes(value));
        let is_text = |schema: &Schema<'_>| schema.has_type("string") && schema.part.get("enum").is_none();
        match json.filter(|value| !value.is_string() && takes(value)) {
            Some(value) => Ok(value),
            None if alternatives.iter().any(is_text) => Ok(text.into()),
            None if alternatives.iter().any(Schema::is_open) => {
                Ok(serde_json::from_str(text).unwrap_or_else(|_| text.into()))
            }
            None => Err(self.type_name()),
        }
    }

    /// The values that `enum` and `const` name.
    fn words(&self) -> impl Iterator<Item = &'a Value> + Clone + use<'a> {
        self.part["enum"].as_array().into_iter().flatten().chain(self.part.get("const"))
    }

    /// Whether the type is that of a value that is no text.
    fn takes(&self, value: &Value) -> bool {
        if self.part.get("enum").is_some() || self.part.get("const").is_some() {
            return false;
        }
        match value {
            Value::Null => self.has_type("null"),
            Value::Bool(_) => self.has_type("boolean"),
            Value::Number(number) => self.has_type("number") || self.has_type("integer") && !number.is_f64(),
            Value::Array(_) => self.has_type("array"),
            Value::Object(_) => self.has_type("object") || self.part.get("properties").is_some(),
            Value::String(_) => self.has_type("string"),
        }
    }

    /// The type in words: `integer`, `string[]`, `english | norwegian`.
    pub(crate) fn type_name(self) -> String {
        let mut names: Vec<String> = Vec::new();
        for schema in self.alternatives() {
            let words: Vec<_> =
                schema.words().map(|word| word.as_str().map_or_else(|| word.to_string(), str::to_owned)).collect();
            let types = match &schema.part["type"] {
                Value::String(only) => vec![only.as_str()],
                Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
                _ if schema.part.get("properties").is_some() => vec!["object"],
                _ => vec![],
            };
            if !words.is_empty() {
                names.extend(words);
            } else if schema.has_type("array") {
                let items = schema.items().type_name();
                names.push(if items.contains(" | ") { format!("({items})[]") } else { format!("{items}[]") });
            } else {
                names.extend(types.into_iter().filter(|name| *name != "null").map(str::to_owned));
            }
        }
        names.dedup();
        if names.is_empty() { "any".to_owned() } else { names.join(" | ") }
    }
}

/// Puts a value into an object, at a path of properties.
pub(super) fn put(object: &mut Map<String, Value>, path: &[&str], value: Value) -> bool {
    match path {
        [] => false,
        [name] => object.insert((*name).to_owned(), value).is_none(),
        [name, rest @ ..] => {
            let inner = object.entry((*name).to_owned()).or_insert_with(|| Value::Object(Map::new()));
            inner.as_object_mut().is_some_and(|inner| put(inner, rest, value))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(schema: &Value, text: &str) -> Result<Value, String> {
        Schema::new(schema).read(text)
    }

    #[test]
    fn text_is_read_by_type() {
        for (schema, text, expected) in [
            (json!({ "type": "integer" }), "3", json!(3)),
            (json!({ "type": "number" }), "1.5", json!(1.5)),
            (json!({ "type": "string" }), "3", json!("3")),
            (json!({ "type": "string" }), "{\"a\":1}", json!("{\"a\":1}")),
            (json!({ "type": "string" }), "", json!("")),
            (json!({ "type": ["integer", "null"] }), "null", json!(null)),
            (json!({ "type": ["string", "null"] }), "3", json!("3")),
            (json!({ "type": ["string", "integer"] }), "3", json!(3)),
            (json!({ "type": "boolean" }), "true", json!(true)),
            (json!({ "type": "array", "items": { "type": "integer" } }), "[1,2]", json!([1, 2])),
            (json!({ "type": "object" }), "{\"a\":1}", json!({ "a": 1 })),
            (json!({ "enum": ["a", 1, null] }), "1", json!(1)),
            (json!({ "type": "string", "enum": ["1", "2"] }), "1", json!("1")),
            (
                json!({ "anyOf": [{ "$ref": "#/$defs/n" }, { "type": "null" }], "$defs": { "n": { "type": "integer" } } }),
                "4",
                json!(4),
            ),
            (json!({ "$ref": "#" }), "x", json!("x")),
            (json!({}), "3", json!(3)),
            (json!(true), "a b", json!("a b")),
        ] {
            if schema.get("$ref").is_none() {
                assert_eq!(read(&schema, text), Ok(expected), "{schema} {text}");
            }
        }
    }

    #[test]
    fn what_does_not_fit_is_told_with_the_type() {
        for (schema, text, expected) in [
            (json!({ "type": "integer" }), "1.5", "integer"),
            (json!({ "type": "boolean" }), "yes", "boolean"),
            (json!({ "type": "string", "enum": ["a", "b"] }), "c", "a | b"),
            (json!({ "type": "object" }), "x", "object"),
            (json!({ "anyOf": [{ "type": "integer" }, { "type": "null" }] }), "x", "integer"),
            (json!({ "$ref": "#" }), "x", "any"),
        ] {
            assert_eq!(read(&schema, text), Err(expected.to_owned()), "{schema} {text}");
        }
    }

    #[test]
    fn types_have_names() {
        let name = |schema: Value| Schema::new(&schema).type_name();
        assert_eq!(name(json!({ "type": "array", "items": { "type": "string" } })), "string[]");
        assert_eq!(name(json!({ "type": "array", "items": { "enum": ["a", "b"] } })), "(a | b)[]");
        assert_eq!(name(json!({ "oneOf": [{ "const": "a" }, { "const": "b" }] })), "a | b");
        assert_eq!(name(json!({ "type": ["number", "null"] })), "number");
        assert_eq!(name(json!({})), "any");
    }
}
