//! `list`: the tools of the program.

use super::output;
use super::usage::Usage;
use crate::app::Error;
use crate::function_json::{self, Schemas};
use crate::registry::Registry;
use crate::tool::{Hints, Icon, Tool};
use lexopt::{Arg, Parser};
use serde_json::{Map, Value, json};
use std::process::ExitCode;

pub(super) const USAGE: Usage = Usage {
    command: "list",
    arguments: " [--json]",
    summary: "Lists the tools",
    options: &["json", "help"],
    details: "
  --json  All that is known of each, with its schemas
",
};

/// `list`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct List {
    json: bool,
}

impl List {
    /// Its options; `None` if help is wanted.
    pub(super) fn read(parser: &mut Parser) -> Result<Option<Self>, Error> {
        let mut list = List::default();
        while let Some(argument) = USAGE.next(parser)? {
            match argument {
                Arg::Long("json") => list.json = true,
                Arg::Short('h') | Arg::Long("help") => return Ok(None),
                other => return Err(USAGE.unexpected(other)),
            }
        }
        Ok(Some(list))
    }

    /// Lists.
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        output::print(&self.text(&Registry::collect())?);
        Ok(ExitCode::SUCCESS)
    }

    fn text(&self, registry: &Registry) -> Result<String, Error> {
        let schemas = registry.tools().map(|tool| Ok((tool, function_json::schemas(tool)?)));
        let tools: Vec<_> = schemas.collect::<Result<_, _>>().map_err(|problem| Error::Functions(vec![problem]))?;
        if self.json {
            let tools = tools.iter().map(|(tool, schemas)| listing(tool, schemas));
            return Ok(format!("{:#}\n", Value::Array(tools.collect())));
        }
        let heading = ["TOOL", "FUNCTION", "ARGUMENTS", "PLACE"].map(str::to_owned);
        let rows = tools.iter().map(|(tool, schemas)| {
            [tool.name.to_owned(), tool.function.to_owned(), arguments(&schemas.input), tool.location.to_string()]
        });
        Ok(output::columns(&[heading].into_iter().chain(rows).collect::<Vec<_>>(), ""))
    }
}

/// `name: string, stars?: integer`.
fn arguments(schema: &Value) -> String {
    let required = schema["required"].as_array();
    let is_required = |name: &String| required.is_some_and(|names| names.iter().any(|required| required == name));
    let arguments = schema["properties"].as_object().into_iter().flatten();
    let arguments = arguments.map(|(name, schema)| {
        let optional = if is_required(name) { "" } else { "?" };
        format!("{name}{optional}: {}", kind(schema))
    });
    arguments.collect::<Vec<_>>().join(", ")
}

/// What a schema lets pass, in a word or a few.
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

/// All that is known of a tool, under MCP's names; `function` and `location` are ours.
fn listing(tool: &Tool, schemas: &Schemas) -> Value {
    let Tool { name, function, title, description, hints, meta, icons, location, .. } = tool;
    // Without values the members are left out, as in MCP.
    let members = [
        ("name", Some(json!(name))),
        ("function", Some(json!(function))),
        ("title", title.map(Value::from)),
        ("description", Some(json!(description))),
        ("inputSchema", Some(schemas.input.clone())),
        ("outputSchema", schemas.output.clone()),
        ("annotations", annotations(*hints)),
        ("icons", (!icons.is_empty()).then(|| icons.iter().map(icon).collect())),
        ("_meta", meta.and_then(|meta| serde_json::from_str(meta).ok())),
        ("location", Some(json!({ "file": location.file, "line": location.line }))),
    ];
    object(members)
}

fn annotations(hints: Hints) -> Option<Value> {
    let members = [
        ("readOnlyHint", hints.read_only),
        ("destructiveHint", hints.destructive),
        ("idempotentHint", hints.idempotent),
        ("openWorldHint", hints.open_world),
    ];
    (hints != Hints::default()).then(|| object(members.map(|(name, hint)| (name, hint.map(Value::from)))))
}

fn icon(icon: &Icon) -> Value {
    object([
        ("src", Some(json!(icon.src))),
        ("mimeType", icon.mime_type.map(Value::from)),
        ("sizes", (!icon.sizes.is_empty()).then(|| json!(icon.sizes))),
        ("theme", icon.theme.map(Value::from)),
    ])
}

fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let members = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(members.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{PropertySpec, arg_spec};
    use crate::generate::tests::HELLO;
    use crate::tool::Arguments;

    static SPECS: &[PropertySpec] =
        &[arg_spec::<String>("name", "").property, arg_spec::<Option<Vec<u8>>>("stars", "").property];
    static TOOL: Tool = Tool {
        arguments: Arguments::Properties(SPECS),
        hints: Hints { read_only: Some(true), ..HELLO.hints },
        meta: Some(r#"{"cost":3}"#),
        icons: &[Icon { src: "https://example.com/i.png", mime_type: Some("image/png"), sizes: &[], theme: None }],
        ..HELLO
    };

    #[test]
    fn a_table() {
        let text = List { json: false }.text(&Registry::new([&TOOL].into_iter())).unwrap();
        insta::assert_snapshot!(text, @r"
        TOOL   FUNCTION  ARGUMENTS                        PLACE
        hello  Hello     name: string, stars?: integer[]  src/main.rs:7
        ");
    }

    #[test]
    fn json_has_everything() {
        let text = List { json: true }.text(&Registry::new([&TOOL].into_iter())).unwrap();
        let list: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(list[0]["annotations"], json!({ "readOnlyHint": true }));
        assert_eq!(list[0]["_meta"], json!({ "cost": 3 }));
        assert_eq!(list[0]["icons"][0]["mimeType"], "image/png");
        assert_eq!(list[0]["inputSchema"]["required"], json!(["name"]));
        assert_eq!(list[0]["location"], json!({ "file": "src/main.rs", "line": 7 }));
        assert_eq!(list[0].get("outputSchema"), None);
    }

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
