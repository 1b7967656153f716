//! Tools: the part that a call needs, and the listing.

use crate::invoker::BoundFunction;
use host_protocol::function_json::{Binding, FunctionJson, TOOL_PROPERTY, ToolTrigger, input_schema};
use host_protocol::json::{RawObject, system_text};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// A tool, as a call needs it.
pub(crate) struct Tool {
    pub(crate) function: BoundFunction,
    /// The name in its listing.
    pub(super) name: String,
    /// The names of required arguments.
    pub(crate) required: Vec<String>,
    /// Whether the function returns its result in an envelope.
    pub(crate) use_result_schema: bool,
    /// The input bindings that each hold one argument: the name of the binding and that of the argument.
    pub(crate) inputs: Vec<(String, String)>,
}

/// A tool and its listing; `None` if the trigger is in error.
pub(super) fn read(function: BoundFunction, trigger: &Binding, file: &FunctionJson) -> Option<(Tool, String)> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct ToolListing<'a> {
        name: &'a str,
        description: &'a str,
        input_schema: &'a RawValue,
        #[serde(skip_serializing_if = "Option::is_none")]
        output_schema: Option<&'a RawValue>,
        #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
        meta: Option<Value>,
    }

    let trigger = ToolTrigger::try_from(trigger).ok()?;
    let input_schema = match trigger.input_schema.filter(|_| trigger.use_worker_input_schema) {
        Some(schema) => schema,
        None => input_schema(&trigger.tool_properties),
    };
    let input_schema = RawValue::from_string(input_schema).ok()?;
    let output_schema = trigger.output_schema.filter(|schema| !schema.is_empty());
    let output_schema = output_schema.map(RawValue::from_string).transpose().ok()?;
    let listing = ToolListing {
        name: &trigger.tool_name,
        description: &trigger.description,
        input_schema: &input_schema,
        output_schema: output_schema.as_deref(),
        meta: super::meta(trigger.metadata).ok()?,
    };
    let listing = system_text::to_string(&listing).ok()?;
    let tool = Tool {
        required: required(&input_schema),
        use_result_schema: trigger.use_result_schema,
        inputs: super::argument_inputs(file, TOOL_PROPERTY, "propertyName"),
        name: trigger.tool_name,
        function,
    };
    Some((tool, listing))
}

/// The strings in the schema's `required`.
fn required(schema: &RawValue) -> Vec<String> {
    let names = RawObject::parse(schema.get()).ok().and_then(|schema| schema.get("required"));
    let names: Vec<Value> = names.and_then(|names| serde_json::from_str(names.get()).ok()).unwrap_or_default();
    names.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}
