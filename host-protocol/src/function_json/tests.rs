//! function.json read and written, and the typed views of its triggers.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn recorded(name: &str) -> Value {
    let lines = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/recordings/function-json.jsonl"));
    let cases = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    cases.into_iter().find(|case| case["name"] == name).unwrap()
}

#[test]
fn reads_what_the_host_reads() {
    let file = FunctionJson::parse(
        "\u{feff}{ // c\n 'disabled': true, \"bindings\": [{\"type\": \"mcpToolTrigger\", \"NAME\": \"t\", \
         \"datatype\": \"Binary\", \"ToolName\": \"x\", \"Direction\": \"out\", \"new\": [1]},], }",
    )
    .unwrap();
    let [binding] = &file.bindings[..] else { panic!() };
    assert_eq!((binding.kind.as_str(), binding.name.as_str()), ("mcpToolTrigger", "t"));
    assert_eq!(binding.data_type, Some(DataType::Binary));
    // The host looks for `direction` with its case, and takes `in` where there is none.
    assert_eq!(binding.direction, Direction::In);
    assert_eq!(binding.text("toolname").unwrap(), Some("x".to_owned()));
    assert_eq!(binding.get("new"), Some(&json!([1])));
    assert_eq!(file.other["disabled"], true);
    assert!(!file.is_generated());
}

#[test]
fn refuses_what_the_host_cannot_read() {
    for (text, reason) in [
        ("", "it is empty"),
        ("{", "Unterminated object"),
        ("{\"a\":1 \"b\":2}", "comma"),
        ("[]", "the file is an array and not an object"),
        ("{\"bindings\": {}}", "`bindings` is an object and not an array"),
        ("{\"bindings\": [1]}", "`bindings[0]` is a number and not an object"),
    ] {
        let error = FunctionJson::parse(text).unwrap_err().to_string();
        assert!(error.to_lowercase().contains(&reason.to_lowercase()), "{text}: {error}");
    }
}

#[test]
fn writes_a_stable_form() {
    let text = r#"{"z":1,"generatedBy":"mcp-trigger","bindings":[{"b":1,"dataType":"binary","name":"n","a":2,"type":"blob","direction":"OUT"}]}"#;
    let file = FunctionJson::parse(text).unwrap();
    assert!(file.is_generated());
    assert_eq!(
        serde_json::to_string(&file.to_value()).unwrap(),
        r#"{"generatedBy":"mcp-trigger","bindings":[{"type":"blob","direction":"out","name":"n","dataType":"binary","b":1,"a":2}],"z":1}"#
    );
    assert_eq!(FunctionJson::parse(&file.to_text()).unwrap(), file);
}

#[test]
fn typed_triggers_survive_the_file() {
    let tool = ToolTrigger {
        use_worker_input_schema: true,
        input_schema: Some("{\"type\":\"object\"}".to_owned()),
        tool_properties: vec![ToolProperty { name: "a".to_owned(), ..ToolProperty::default() }],
        output_schema: Some("{}".to_owned()),
        metadata: Some("{\"a\":1}".to_owned()),
        use_result_schema: true,
        ..ToolTrigger::new("x", "")
    };
    let resource = ResourceTrigger {
        mime_type: Some("text/plain".to_owned()),
        size: Some(3),
        ..ResourceTrigger::new("docs://readme", "readme")
    };
    let arguments = vec![PromptArgument { name: "code".to_owned(), required: Some(true), ..PromptArgument::default() }];
    let prompt = PromptTrigger {
        prompt_arguments: Some(PromptArgument::write_list(&arguments)),
        use_result_schema: true,
        ..PromptTrigger::new("p")
    };
    let file = FunctionJson::generated(vec![tool.clone().into(), resource.clone().into(), prompt.clone().into()]);
    let file = FunctionJson::parse(&file.to_text()).unwrap();
    assert_eq!(ToolTrigger::try_from(&file.bindings[0]).unwrap(), tool);
    assert_eq!(ResourceTrigger::try_from(&file.bindings[1]).unwrap(), resource);
    assert_eq!(PromptTrigger::try_from(&file.bindings[2]).unwrap(), prompt);
    let error = PromptTrigger::try_from(&file.bindings[0]).unwrap_err();
    assert_eq!(error.to_string(), "`promptName` is missing");
}

#[test]
fn members_are_converted_as_by_the_host() {
    let binding = Binding::new("x", Direction::In, "n")
        .with("n", 5)
        .with("b", true)
        .with("s", "True ")
        .with("list", json!([]))
        .with("nil", Value::Null);
    assert_eq!(binding.text("N").unwrap(), Some("5".to_owned()));
    assert_eq!(binding.text("b").unwrap(), Some("True".to_owned()));
    assert_eq!((binding.text("nil").unwrap(), binding.text("none").unwrap()), (None, None));
    assert_eq!(["s", "n", "none"].map(|name| binding.flag(name).unwrap()), [true, true, false]);
    assert_eq!(
        binding.text("list").unwrap_err().to_string(),
        "`list` is an array and not text; write the JSON as one string"
    );
    assert!(binding.flag("nil").is_err() && binding.flag("list").is_err());
}

/// The schemas that the real host listed for `toolProperties`, byte for byte.
#[test]
fn listed_schemas_are_the_recorded_ones() {
    let names = [
        "toolProperties null string",
        "toolProperties minimal",
        "toolProperties dup",
        "toolProperties no propertyName",
        "array enum",
    ];
    for name in names {
        let case = recorded(name);
        let file = FunctionJson::from_value(case["functionJson"].clone()).unwrap();
        let tool = ToolTrigger::try_from(&file.bindings[0]).unwrap();
        let listed = case["replies"]["tools/list"].as_str().unwrap();
        let expected =
            format!(r#""name":"x","description":"x","inputSchema":{}}}"#, input_schema(&tool.tool_properties));
        assert!(listed.contains(&expected), "{name}\n{expected}\n{listed}");
    }
}

#[test]
fn tool_properties_are_written_in_a_fixed_order() {
    let list = [ToolProperty { name: "a".to_owned(), kind: Some("string".to_owned()), ..ToolProperty::default() }];
    let text = ToolProperty::write_list(&list);
    assert_eq!(
        text,
        r#"[{"propertyName":"a","propertyType":"string","description":"","isRequired":false,"isArray":false,"enumValues":[]}]"#
    );
    assert_eq!(ToolProperty::read_list(&text).unwrap(), list);
}

#[test]
fn lists_that_take_the_host_down() {
    for text in [
        "",
        " ",
        "{",
        "{}",
        "1",
        "[1]",
        "[{\"isRequired\":\"true\"}]",
        "[{\"isArray\":null}]",
        "[{\"propertyName\":1}]",
    ] {
        assert!(ToolProperty::read_list(text).is_err(), "{text}");
    }
    for text in ["null", "[]", "[null]", "[{}]", "[{\"description\":null,\"enumValues\":null,\"x\":1}]"] {
        assert!(ToolProperty::read_list(text).is_ok(), "{text}");
    }
    assert_eq!(
        ToolProperty::read_list("[{},{\"isRequired\":\"true\"}]").unwrap_err().to_string(),
        "entry 1: `isRequired` is a string and not a boolean"
    );
    assert!(PromptArgument::read_list("[{}]").is_err() && PromptArgument::read_list("{").is_err());
    assert!(PromptArgument::read_list("").is_ok() && Icon::read_list("").is_ok());
    assert!(Icon::read_list("[{\"mimeType\":\"image/png\"}]").is_err());
}

#[test]
fn prompt_arguments_tell_missing_from_null() {
    let list = PromptArgument::read_list(r#"[{"name":"a"},{"name":"b","description":null}]"#).unwrap();
    assert_eq!(list[0].description.as_deref(), Some(""));
    assert_eq!(list[1].description, None);
}

#[test]
fn schemas_are_flattened() {
    let schema = json!({
        "type": "object",
        "required": ["s", "level"],
        "$defs": {
            "Level": {"description": "How much", "oneOf": [{"const": "low", "title": "L"}, {"const": "high"}]},
            "Loop": {"$ref": "#/$defs/Loop"},
            "Tree": {"anyOf": [{"$ref": "#/$defs/Tree"}, {"type": "null"}]},
            "Point": {"properties": {"x": {"type": "number"}}}
        },
        "properties": {
            "s": {"type": "string", "description": "a string", "minLength": 2},
            "i": {"type": ["integer", "null"]},
            "n": {"type": ["integer", "number"]},
            "b": {"type": "boolean"},
            "o": {"type": "object", "properties": {}},
            "tags": {"type": "array", "items": {"type": "string", "enum": ["p", "q"]}, "description": "dd"},
            "grid": {"type": "array", "items": {"type": "array", "items": {"type": "number"}}},
            "any_list": {"type": "array"},
            "level": {"$ref": "#/$defs/Level"},
            "maybe_level": {"anyOf": [{"$ref": "#/$defs/Level"}, {"type": "null"}], "description": "own"},
            "maybe_tags": {"anyOf": [{"type": "array", "items": {"type": "integer"}}, {"type": "null"}]},
            "point": {"allOf": [{"$ref": "#/$defs/Point"}]},
            "loop": {"$ref": "#/$defs/Loop"},
            "tree": {"$ref": "#/$defs/Tree"},
            "either": {"anyOf": [{"type": "string"}, {"type": "boolean"}]},
            "numbers": {"enum": [1, 2]},
            "nullable_enum": {"type": ["string", "null"], "enum": ["a", null]},
            "any": true,
            "nothing": {"type": "null"}
        }
    });
    let list = from_input_schema(&schema);
    let find = |name: &str| list.iter().find(|property| property.name == name).unwrap();
    let kinds: Vec<_> = list
        .iter()
        .map(|property| {
            format!(
                "{} {}{}",
                property.name,
                property.kind.as_deref().unwrap(),
                if property.is_array { "[]" } else { "" }
            )
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "s string",
            "i integer",
            "n number",
            "b boolean",
            "o object",
            "tags string[]",
            "grid array[]",
            "any_list string[]",
            "level string",
            "maybe_level string",
            "maybe_tags integer[]",
            "point object",
            "loop string",
            "tree string",
            "either string",
            "numbers integer",
            "nullable_enum string",
            "any string",
            "nothing string",
        ]
    );
    assert!(find("s").is_required && find("level").is_required && !find("i").is_required);
    assert_eq!(find("tags").enum_values, ["p", "q"]);
    assert_eq!(find("level").enum_values, ["low", "high"]);
    assert_eq!(find("level").description, "How much");
    assert_eq!(find("maybe_level").enum_values, ["low", "high"]);
    assert_eq!(find("maybe_level").description, "own");
    assert_eq!(find("nullable_enum").enum_values, ["a"]);
    assert!(from_input_schema(&json!(true)).is_empty() && from_input_schema(&json!({"properties": 1})).is_empty());
}

proptest! {
    #[test]
    fn no_text_panics(text in "[\\[\\]{}\",:a-z0-9 /*'\\\\.-]{0,60}") {
        if let Ok(file) = FunctionJson::parse(&text) {
            prop_assert_eq!(FunctionJson::parse(&file.to_text()).unwrap(), file);
        }
        let _ = ToolProperty::read_list(&text);
        let _ = PromptArgument::read_list(&text);
    }
}

#[test]
fn deep_nesting_is_an_error() {
    for depth in [100, 500, 100_000] {
        let text = format!("{{\"bindings\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(FunctionJson::parse(&text).is_err());
    }
    let text = format!("{{\"a\":{}{}}}", "[".repeat(500), "]".repeat(500));
    assert!(FunctionJson::parse(&text).is_ok_and(|file| !file.to_text().is_empty()));
}
