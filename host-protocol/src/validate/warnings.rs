//! Members that the host accepts and that have no effect, or not the expected one, as recorded.

use std::collections::HashSet;

use super::Report;
use crate::function_json::{
    Binding, DataType, FunctionJson, PROMPT_TRIGGER, RESOURCE_TRIGGER, TOOL_PROPERTY, TOOL_TRIGGER, ToolProperty,
    ToolTrigger,
};
use crate::json::jsonc;
use crate::name;
use crate::uri::UriTemplate;

pub(super) fn check_function(report: &mut Report<'_>, file: &FunctionJson) {
    if jsonc::find(&file.other, "disabled").is_some_and(|disabled| disabled != false) {
        let setting = format!("set `AzureWebJobs.{}.Disabled` to `true` in the app settings", report.function);
        report.warn("disabled", format!("the host ignores `disabled` and runs the function; {setting} instead"));
    }
    let tool = file.trigger().filter(|trigger| trigger.is(TOOL_TRIGGER)).and_then(|tool| tool.try_into().ok());
    let Some(ToolTrigger { use_worker_input_schema: false, tool_properties, .. }) = tool else { return };
    for (at, input) in file.bindings.iter().enumerate().filter(|(_, binding)| binding.is(TOOL_PROPERTY)) {
        if let Ok(Some(name)) = input.text("propertyName")
            && !tool_properties.iter().any(|property| property.name == name)
        {
            let member = format!("bindings[{at}].propertyName");
            report.warn(
                &member,
                format!("the argument `{name}` is not listed; add it to the trigger's `toolProperties`"),
            );
        }
    }
}

pub(super) fn check_binding(report: &mut Report<'_>, binding: &Binding) {
    let is_mcp = [TOOL_TRIGGER, RESOURCE_TRIGGER, PROMPT_TRIGGER].iter().any(|kind| binding.is(kind));
    if is_mcp && matches!(binding.data_type, Some(DataType::Binary | DataType::Stream)) {
        let fault = "the trigger is listed, but every call of it fails with this data type; remove the member";
        report.warn("dataType", fault);
    }
    if binding.is(TOOL_TRIGGER) {
        check_tool(report, binding);
    } else if binding.is(RESOURCE_TRIGGER) {
        check_resource(report, binding);
    }
}

fn check_tool(report: &mut Report<'_>, binding: &Binding) {
    let text = |member: &str| binding.text(member).ok().flatten();
    if let Some(Err(error)) = text("toolName").map(|name| name::tool(&name)) {
        report.warn("toolName", format!("{error}: the host accepts it, but clients that check names do not"));
    }
    for member in ["title", "annotations", "icons"] {
        if binding.get(member).is_some() {
            report.warn(member, format!("the extension ignores `{member}` of a tool and does not list it"));
        }
    }
    let worker_schema = binding.flag("useWorkerInputSchema").is_ok_and(|on| on);
    if !worker_schema && text("inputSchema").is_some() {
        report.warn("inputSchema", "the extension ignores `inputSchema`; set `useWorkerInputSchema` to `true`");
    }
    match text("toolProperties").map(|text| ToolProperty::read_list(&text)) {
        Some(Err(error)) if worker_schema => report.warn(
            "toolProperties",
            format!(
                "`toolProperties` cannot be read: {error}; an older extension does read it, and its host does not start"
            ),
        ),
        Some(Ok(properties)) if !worker_schema => check_properties(report, &properties),
        _ => {}
    }
}

fn check_properties(report: &mut Report<'_>, properties: &[ToolProperty]) {
    let mut names = HashSet::new();
    for ToolProperty { name, kind, .. } in properties {
        if name.trim().is_empty() {
            report.warn("toolProperties", "an entry without a `propertyName` is not listed; name it");
        } else if !names.insert(name) {
            report.warn("toolProperties", format!("the argument `{name}` is listed twice; remove one"));
        } else if kind.is_none() {
            report.warn(
                "toolProperties",
                format!("the argument `{name}` is listed with the type null; give its `propertyType`"),
            );
        }
    }
}

fn check_resource(report: &mut Report<'_>, binding: &Binding) {
    if binding.get("size").is_some_and(|size| !size.is_null()) {
        report.warn("size", "the host drops `size`; it is not listed");
    }
    let Some(Ok(template)) = binding.text("uri").ok().flatten().map(|uri| UriTemplate::parse(&uri)) else { return };
    for parameter in template.parameters() {
        if parameter.starts_with(['+', '.', ';']) || parameter.ends_with('*') {
            let fault = format!(
                "the operator in `{{{parameter}}}` has no meaning to the extension, which takes it as part of the name"
            );
            report.warn("uri", format!("{fault}; write one parameter for each part of the path"));
        }
    }
}
