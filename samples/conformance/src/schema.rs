//! A tool whose schema says more than types can, and is listed as it is.

use mcp_trigger::DynamicTool;
use serde_json::{Map, Value, json};

pub(crate) fn tool() -> DynamicTool {
    DynamicTool::new("json_schema_2020_12_tool", |arguments: Map<String, Value>| async move {
        let names: Vec<_> = arguments.keys().map(String::as_str).collect();
        format!("Called with: {}", names.join(", "))
    })
    .function("Schema")
    .description("Has a schema with many of the keywords of JSON Schema 2020-12.")
    .input_schema(json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {
            "address": {
                "$anchor": "addressDef",
                "type": "object",
                "properties": { "street": { "type": "string" }, "city": { "type": "string" } }
            }
        },
        "properties": {
            "name": { "type": "string" },
            "address": { "$ref": "#/$defs/address" },
            "contactMethod": { "type": "string", "enum": ["phone", "email"] },
            "phone": { "type": "string" },
            "email": { "type": "string" }
        },
        "allOf": [{ "anyOf": [{ "required": ["phone"] }, { "required": ["email"] }] }],
        "if": { "properties": { "contactMethod": { "const": "phone" } }, "required": ["contactMethod"] },
        "then": { "required": ["phone"] },
        "else": { "required": ["email"] },
        "additionalProperties": false
    }))
}
