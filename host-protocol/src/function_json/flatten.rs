//! A JSON Schema as a flat list of properties, for hosts whose extension does not know `useWorkerInputSchema`.

use serde_json::Value;

use super::ToolProperty;

/// The limits for one property, in schemas and in levels: schemas may refer to themselves.
const STEPS: u32 = 10_000;
const DEPTH: u32 = 32;

/// The flat form of a tool's input schema: arrays as `isArray` with the type of their items, enumerations of strings as
/// `enumValues`, nested schemas as `object`, and `string` where the schema tells no type.
///
/// References within the schema are followed. `null` as one of several types is left out: in this form an argument is optional
/// because it is not required.
///
/// ```
/// use host_protocol::function_json::from_input_schema;
/// use serde_json::json;
///
/// let list = from_input_schema(&json!({
///     "type": "object",
///     "properties": {"tags": {"type": "array", "items": {"enum": ["a", "b"]}, "description": "Labels"}},
///     "required": ["tags"]
/// }));
/// assert_eq!(list[0].kind.as_deref(), Some("string"));
/// assert_eq!(list[0].enum_values, ["a", "b"]);
/// assert!(list[0].is_array && list[0].is_required);
/// ```
pub fn from_input_schema(schema: &Value) -> Vec<ToolProperty> {
    let required: Vec<&str> =
        schema["required"].as_array().map(|names| names.iter().filter_map(Value::as_str).collect()).unwrap_or_default();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let flatten = |(name, property): (&String, &Value)| {
        let mut reader = Reader { root: schema, steps: STEPS };
        let described = |schema: &Value| schema["description"].as_str().map(str::to_owned);
        let description = described(property).or_else(|| described(reader.resolve(property)));
        let shape = reader.shape(property, DEPTH).unwrap_or_default();
        let (is_array, shape) = match shape.items {
            Some(items) => (true, *items),
            None => (false, shape),
        };
        ToolProperty {
            name: name.clone(),
            kind: Some(shape.kind.to_owned()),
            description: description.unwrap_or_default(),
            is_required: required.contains(&name.as_str()),
            is_array,
            enum_values: shape.values,
        }
    };
    properties.map(flatten).collect()
}

/// The part of a schema that the flat form can express.
#[derive(Debug, Clone, PartialEq)]
struct Shape<'a> {
    kind: &'a str,
    values: Vec<String>,
    items: Option<Box<Shape<'a>>>,
}

impl<'a> Shape<'a> {
    fn of(kind: &'a str) -> Self {
        Self { kind, values: Vec::new(), items: None }
    }
}

impl Default for Shape<'_> {
    fn default() -> Self {
        Self::of("string")
    }
}

struct Reader<'a> {
    root: &'a Value,
    steps: u32,
}

impl<'a> Reader<'a> {
    /// The shape of a schema. `None` if the schema tells no type.
    fn shape(&mut self, schema: &'a Value, depth: u32) -> Option<Shape<'a>> {
        self.steps = self.steps.checked_sub(1)?;
        let depth = depth.checked_sub(1)?;
        let schema = self.resolve(schema);
        let values = schema.get("const").map(std::slice::from_ref).or_else(|| Some(schema.get("enum")?.as_array()?));
        match kind(schema).or_else(|| common(values?.iter().map(kind_of_value))) {
            Some("string") => Some(Shape { values: values.map(strings).unwrap_or_default(), ..Shape::default() }),
            Some("array") => {
                let items = schema.get("items").and_then(|items| self.shape(items, depth)).unwrap_or_default();
                Some(Shape { items: Some(Box::new(items)), ..Shape::of("array") })
            }
            Some(kind) => Some(Shape::of(kind)),
            None => self.alternatives(schema, depth),
        }
    }

    /// The shape that all alternatives share, with the values of all if each has some.
    fn alternatives(&mut self, schema: &'a Value, depth: u32) -> Option<Shape<'a>> {
        if let Some(parts) = schema["allOf"].as_array() {
            return parts.iter().find_map(|part| self.shape(part, depth));
        }
        let alternatives = schema.get("anyOf").or_else(|| schema.get("oneOf"))?.as_array()?;
        let alternatives = alternatives.iter().filter(|alternative| alternative["type"] != "null");
        let shapes = alternatives.map(|alternative| self.shape(alternative, depth)).collect::<Option<Vec<_>>>()?;
        let mut shape = Shape::of(common(shapes.iter().map(|shape| Some(shape.kind)))?);
        if shapes.iter().all(|shape| !shape.values.is_empty()) {
            shape.values = shapes.iter().flat_map(|shape| shape.values.iter().cloned()).collect();
        }
        let mut items = shapes.into_iter().map(|shape| shape.items);
        shape.items = items.next().flatten().filter(|first| items.all(|other| other.as_ref() == Some(first)));
        if shape.kind == "array" && shape.items.is_none() {
            shape.items = Some(Box::default());
        }
        Some(shape)
    }

    /// Follows `$ref` within the schema.
    fn resolve(&self, mut schema: &'a Value) -> &'a Value {
        for _ in 0..16 {
            let target = schema["$ref"].as_str().and_then(|reference| self.root.pointer(reference.strip_prefix('#')?));
            match target {
                Some(target) => schema = target,
                None => break,
            }
        }
        schema
    }
}

/// The type that a schema names, or its keywords imply.
fn kind(schema: &Value) -> Option<&str> {
    match &schema["type"] {
        Value::String(kind) => Some(kind.as_str()).filter(|kind| *kind != "null"),
        Value::Array(kinds) => common(kinds.iter().filter(|kind| *kind != "null").map(Value::as_str)),
        _ if ["properties", "additionalProperties"].iter().any(|word| schema.get(word).is_some()) => Some("object"),
        _ => schema.get("items").map(|_| "array"),
    }
}

/// The type that all have in common; `integer` beside `number` is `number`.
fn common<'a>(kinds: impl Iterator<Item = Option<&'a str>>) -> Option<&'a str> {
    let numeric = |kind| matches!(kind, "integer" | "number");
    let join = |a, b| match (a?, b?) {
        (a, b) if a == b => Some(a),
        (a, b) if numeric(a) && numeric(b) => Some("number"),
        _ => None,
    };
    kinds.reduce(join).flatten()
}

fn kind_of_value(value: &Value) -> Option<&'static str> {
    match value {
        Value::Null => None,
        Value::Bool(_) => Some("boolean"),
        Value::Number(number) if number.is_f64() => Some("number"),
        Value::Number(_) => Some("integer"),
        Value::String(_) => Some("string"),
        Value::Array(_) => Some("array"),
        Value::Object(_) => Some("object"),
    }
}

fn strings(values: &[Value]) -> Vec<String> {
    values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect()
}
