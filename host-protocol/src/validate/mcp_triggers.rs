//! The rules of the extension for its triggers, once their attributes are built.
//!
//! A mistake in `metadata` fails the function alone, since `metadata` is read while the function is indexed (recorded: "metadata
//! array"). All else is read when the host starts to listen: a mistake there takes the host down (recorded).

use super::{Report, schema};
use crate::function_json::{
    Binding, Icon, PROMPT_TRIGGER, PromptArgument, RESOURCE_TRIGGER, TOOL_TRIGGER, ToolProperty,
};
use crate::uri::UriTemplate;

pub(super) fn check(report: &mut Report<'_>, binding: &Binding) {
    // Members that are no text were reported already.
    let text = |member: &str| binding.text(member).ok().flatten();
    if binding.is(TOOL_TRIGGER) {
        check_tool(report, binding);
    } else if binding.is(RESOURCE_TRIGGER) {
        if let Some(Err(error)) = text("uri").map(|uri| UriTemplate::parse(&uri)) {
            report.host_down("uri", error, "every resource needs a URI of its own");
        }
    } else if binding.is(PROMPT_TRIGGER) {
        if let Some(Err(error)) = text("promptArguments").map(|text| PromptArgument::read_list(&text)) {
            let mend = "write an array of objects with a `name`, as one string";
            report.host_down("promptArguments", format!("`promptArguments` cannot be read: {error}"), mend);
        }
        if let Some(Err(error)) = text("icons").map(|text| Icon::read_list(&text)) {
            let mend = "write an array of objects with a `src`, as one string";
            report.host_down("icons", format!("`icons` cannot be read: {error}"), mend);
        }
    } else {
        return;
    }
    if let Some(metadata) = text("metadata").filter(|text| !text.trim().is_empty())
        && let Err(fault) = schema::metadata(&metadata)
    {
        report.in_error("metadata", format!("`metadata` {fault}"), "write a JSON object, as one string");
    }
}

fn check_tool(report: &mut Report<'_>, binding: &Binding) {
    let text = |member: &str| binding.text(member).ok().flatten();
    let mend = "write a JSON Schema of the type `object`, as one string";
    if binding.flag("useWorkerInputSchema").is_ok_and(|on| on) {
        match text("inputSchema").filter(|text| !text.is_empty()) {
            Some(text) => {
                if let Err(fault) = schema::tool_schema(&text) {
                    report.host_down("inputSchema", format!("`inputSchema` {fault}"), mend);
                }
            }
            // An array or object was reported already.
            None if binding.text("inputSchema").is_err() => {}
            None => {
                let fault = "`useWorkerInputSchema` is set, but there is no `inputSchema`";
                report.host_down("inputSchema", fault, mend);
            }
        }
    } else if let Some(Err(error)) = text("toolProperties").map(|text| ToolProperty::read_list(&text)) {
        let mend = "write an array of objects, as one string, or leave the member out";
        report.host_down("toolProperties", format!("`toolProperties` cannot be read: {error}"), mend);
    }
    if let Some(schema) = text("outputSchema").filter(|text| !text.is_empty())
        && let Err(fault) = schema::tool_schema(&schema)
    {
        report.host_down("outputSchema", format!("`outputSchema` {fault}"), mend);
    }
}
