//! The entry of a function in `list`: as text for a table, and as JSON.

use super::list::Entry;
use crate::function::params::TextProperty;
use crate::function::{Function, Hints, Kind};
use crate::registry::compatibility::Warning;
use serde_json::{Map, Value, json};

/// `name: string, stars?: integer`.
pub(super) fn arguments(entry: &Entry) -> String {
    match (&entry.function.kind, &entry.schemas) {
        (Kind::Prompt(prompt), _) => {
            let name = |argument: &TextProperty| {
                let optional = if (argument.is_optional)() { "?" } else { "" };
                format!("{}{optional}", argument.name)
            };
            prompt.arguments.iter().map(name).collect::<Vec<_>>().join(", ")
        }
        (_, Some(schemas)) => properties(&schemas.input),
        _ => String::new(),
    }
}

fn properties(schema: &Value) -> String {
    let required = schema["required"].as_array();
    let is_required = |name: &String| required.is_some_and(|names| names.iter().any(|required| required == name));
    let arguments = schema["properties"].as_object().into_iter().flatten();
    let arguments = arguments.map(|(name, schema)| {
        let optional = if is_required(name) { "" } else { "?" };
        format!("{name}{optional}: {}", kind(schema))
    });
    arguments.collect::<Vec<_>>().join(", ")
}

/// The type that a schema describes, in a few words.
fn kind(schema: &Value) -> String {
    let join = |kinds: Vec<String>| kinds.join("|");
    if let Some(values) = schema["enum"].as_array() {
        return join(values.iter().map(literal).collect());
    }
    if let Some(value) = schema.get("const") {
        return literal(value);
    }
    if let Some(schemas) = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array()) {
        let mut kinds: Vec<_> = schemas.iter().map(kind).collect();
        kinds.dedup();
        return join(kinds);
    }
    match &schema["type"] {
        Value::String(kind_of) if kind_of == "array" => match schema.get("items") {
            Some(items) => {
                let item = kind(items);
                if item.contains('|') { format!("({item})[]") } else { format!("{item}[]") }
            }
            None => "any[]".to_owned(),
        },
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => join(kinds.iter().map(literal).collect()),
        _ => schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()).unwrap_or("any").to_owned(),
    }
}

fn literal(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The JSON of a function, with MCP's names. `kind`, `function`, `location` and `warnings` are not from MCP.
pub(super) fn describe(entry: &Entry) -> Value {
    let Entry { function, schemas, warnings } = entry;
    let Function { title, description, meta, icons, location, .. } = function;
    // Without values the members are left out, as in MCP.
    let mut members = object([
        ("kind", Some(json!(function.kind.noun()))),
        ("name", Some(json!(function.client_name()))),
        ("function", Some(json!(function.name))),
        ("title", title.map(Value::from)),
        ("description", Some(json!(description))),
    ]);
    members.extend(match &function.kind {
        Kind::Tool(tool) => object([
            ("inputSchema", schemas.as_ref().map(|schemas| schemas.input.clone())),
            ("outputSchema", schemas.as_ref().and_then(|schemas| schemas.output.clone())),
            ("annotations", annotations(tool.hints)),
        ]),
        Kind::Resource(resource) => {
            let uri = if resource.uri.contains('{') { "uriTemplate" } else { "uri" };
            object([
                (uri, Some(json!(resource.uri))),
                ("mimeType", resource.mime_type.map(Value::from)),
                ("size", resource.size.map(Value::from)),
            ])
        }
        Kind::Prompt(prompt) => object([("arguments", Some(prompt.arguments.iter().map(argument).collect()))]),
    });
    members.extend(object([
        ("icons", (!icons.is_empty()).then(|| json!(icons))),
        ("_meta", meta.and_then(|meta| serde_json::from_str(meta).ok())),
        ("notAtMcp", entry.unserved().map(|why| json!(why.to_string()))),
        ("notAtMcpHosted", entry.unserved_in_azure().map(|why| json!(why.to_string()))),
        ("location", Some(json!({ "file": location.file, "line": location.line }))),
        ("warnings", (!warnings.is_empty()).then(|| warnings.iter().map(Warning::to_json).collect())),
    ]));
    Value::Object(members)
}

fn argument(argument: &TextProperty) -> Value {
    Value::Object(object([
        ("name", Some(json!(argument.name))),
        ("title", argument.title.map(Value::from)),
        ("description", (!argument.description.is_empty()).then(|| json!(argument.description))),
        ("required", Some(json!(!(argument.is_optional)()))),
    ]))
}

fn annotations(hints: Hints) -> Option<Value> {
    let members = [
        ("readOnlyHint", hints.read_only),
        ("destructiveHint", hints.destructive),
        ("idempotentHint", hints.idempotent),
        ("openWorldHint", hints.open_world),
    ];
    (hints != Hints::default())
        .then(|| Value::Object(object(members.map(|(name, hint)| (name, hint.map(Value::from))))))
}

fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Map<String, Value> {
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds() {
        let cases = [
            (json!({ "enum": ["a", "b"] }), "a|b"),
            (json!({ "type": "array", "items": { "enum": ["a", 1] } }), "(a|1)[]"),
            (json!({ "type": ["string", "null"] }), "string|null"),
            (json!({ "anyOf": [{ "type": "object" }, { "$ref": "#/$defs/Node" }] }), "object|Node"),
            (json!({ "const": "x" }), "x"),
            (json!(true), "any"),
        ];
        for (schema, expected) in cases {
            assert_eq!(kind(&schema), expected);
        }
    }
}
