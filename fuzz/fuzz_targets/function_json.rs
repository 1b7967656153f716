//! function.json: read, checked, written, and read as each kind of trigger.
#![no_main]

use host_protocol::function_json::{
    FunctionJson, PromptTrigger, ResourceTrigger, ToolTrigger, from_input_schema, input_schema,
};
use host_protocol::http_trigger::{HttpFunction, RouteTable, check_routes};
use host_protocol::{file_text, validate};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = file_text::decode(data.to_vec()) else { return };
    let Ok(file) = FunctionJson::parse(&text) else { return };
    let again = FunctionJson::parse(&file.to_text()).expect("what was written can be read");
    // serde_json reads the last digit of a fraction one way and another.
    if !has_fraction(&file.to_value()) {
        assert_eq!(again.to_text(), file.to_text(), "it is not the same a second time");
    }

    for binding in &file.bindings {
        if let Ok(tool) = ToolTrigger::try_from(binding) {
            let schema: Value = serde_json::from_str(&input_schema(&tool.tool_properties)).expect("a schema is JSON");
            let _ = from_input_schema(&schema);
        }
        let _ = (ResourceTrigger::try_from(binding), PromptTrigger::try_from(binding));
    }
    let _ = check_routes("F", &file, "api", &["F", "mcp"]);
    if let Some(Ok(function)) = HttpFunction::read("F", &file) {
        let _ = RouteTable::new([("api", &function), ("", &function)]);
    }
    for problem in validate::functions(&[("F".to_owned(), file.clone()), ("G".to_owned(), file)]) {
        let _ = problem.to_string();
    }
});

fn has_fraction(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_f64(),
        Value::Array(items) => items.iter().any(has_fraction),
        Value::Object(members) => members.values().any(has_fraction),
        _ => false,
    }
}
