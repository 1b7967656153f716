//! The functions of an app as the extension lists and finds them.

use host_protocol::function_json::{FunctionJson, TOOL_PROPERTY, ToolTrigger, input_schema};
use host_protocol::json::{RawObject, system_text};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// All functions with an MCP trigger.
pub(super) struct Catalog {
    tools: Vec<Tool>,
    /// The result of `tools/list`.
    pub(super) tools_list: String,
}

/// A tool, as a call needs it.
pub(super) struct Tool {
    /// The function behind it.
    pub(super) function: String,
    /// The name in its listing.
    name: String,
    /// What a call has to give.
    pub(super) required: Vec<String>,
    /// Whether its result comes in an envelope.
    pub(super) use_result_schema: bool,
    /// The input bindings that each hold one argument: the binding's name and the argument's.
    pub(super) property_inputs: Vec<(String, String)>,
}

impl Catalog {
    /// The functions, by name. What has no MCP trigger, or one in error, is left out.
    pub(super) fn new(functions: impl IntoIterator<Item = (String, FunctionJson)>) -> Self {
        let mut functions: Vec<_> = functions.into_iter().collect();
        // Lists come in the order of the folders' names (ground-truth.md §3).
        functions.sort_by_key(|(name, _)| name.to_ascii_uppercase());
        let (mut tools, mut listings) = (Vec::new(), Vec::new());
        for (function, file) in functions {
            if let Some((tool, listing)) = read_tool(function, &file) {
                tools.push(tool);
                listings.push(listing);
            }
        }
        let tools_list = format!("{{\"tools\":[{}]}}", listings.join(","));
        Catalog { tools, tools_list }
    }

    /// The tool of that name, in whatever case.
    pub(super) fn tool(&self, name: &str) -> Option<&Tool> {
        self.tools.iter().find(|tool| tool.name.eq_ignore_ascii_case(name))
    }
}

/// A tool and its listing, if the function is one.
fn read_tool(function: String, file: &FunctionJson) -> Option<(Tool, String)> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Listing<'a> {
        name: &'a str,
        description: &'a str,
        input_schema: &'a RawValue,
        #[serde(skip_serializing_if = "Option::is_none")]
        output_schema: Option<&'a RawValue>,
        #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
        meta: Option<Value>,
    }

    let trigger = ToolTrigger::try_from(file.trigger()?).ok()?;
    let input_schema = match trigger.input_schema.filter(|_| trigger.use_worker_input_schema) {
        Some(schema) => schema,
        None => input_schema(&trigger.tool_properties),
    };
    let input_schema = RawValue::from_string(input_schema).ok()?;
    let output_schema = trigger.output_schema.filter(|schema| !schema.is_empty());
    let output_schema = output_schema.map(RawValue::from_string).transpose().ok()?;
    // Parsed and written anew by the extension: `1.0` becomes `1`.
    let meta = trigger.metadata.filter(|meta| !meta.trim().is_empty());
    let meta = meta.map(|meta| serde_json::from_str::<Value>(&meta)).transpose().ok()?;
    let listing = Listing {
        name: &trigger.tool_name,
        description: &trigger.description,
        input_schema: &input_schema,
        output_schema: output_schema.as_deref(),
        meta: meta.filter(|meta| meta.as_object().is_some_and(|members| !members.is_empty())),
    };
    let listing = system_text::to_string(&listing).ok()?;
    let tool = Tool {
        required: required(&input_schema),
        use_result_schema: trigger.use_result_schema,
        property_inputs: property_inputs(file),
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

fn property_inputs(file: &FunctionJson) -> Vec<(String, String)> {
    let inputs = file.bindings.iter().filter(|binding| binding.is(TOOL_PROPERTY));
    inputs.filter_map(|binding| Some((binding.name.clone(), binding.text("propertyName").ok()??))).collect()
}
