//! The MCP functions of an app, as the extension lists and finds them.

mod prompt;
mod resource;
mod tool;

pub(crate) use prompt::Prompt;
pub(crate) use resource::Resource;
pub(crate) use tool::Tool;

use crate::invoker::BoundFunction;
use host_protocol::function_json::{Binding, FunctionJson, PROMPT_TRIGGER, RESOURCE_TRIGGER, TOOL_TRIGGER};
use serde_json::Value;

/// All functions with an MCP trigger, and the results of the four listing methods.
#[derive(Default)]
pub(crate) struct Catalog {
    tools: Vec<Tool>,
    resources: Vec<Resource>,
    prompts: Vec<Prompt>,
    pub(crate) tools_list: String,
    pub(crate) resources_list: String,
    pub(crate) templates_list: String,
    pub(crate) prompts_list: String,
}

impl Catalog {
    /// A catalog of functions. Functions without an MCP trigger, or with a trigger in error, are left out.
    pub(crate) fn new(functions: &[(BoundFunction, FunctionJson)]) -> Self {
        let mut functions: Vec<_> = functions.iter().collect();
        // Lists come in the order of the folders' names (ground-truth.md §3).
        functions.sort_unstable_by_key(|(function, _)| function.name.to_ascii_uppercase());
        let mut catalog = Catalog::default();
        let (mut tools, mut resources, mut templates, mut prompts) = (vec![], vec![], vec![], vec![]);
        for (function, file) in functions {
            let function = || function.clone();
            let Some(trigger) = file.trigger() else { continue };
            if trigger.is(TOOL_TRIGGER) {
                if let Some((tool, listing)) = tool::read(function(), trigger, file) {
                    catalog.tools.push(tool);
                    tools.push(listing);
                }
            } else if trigger.is(RESOURCE_TRIGGER) {
                if let Some((resource, listing)) = resource::read(function(), trigger) {
                    let list = if resource.uri.is_template() { &mut templates } else { &mut resources };
                    list.push(listing);
                    catalog.resources.push(resource);
                }
            } else if trigger.is(PROMPT_TRIGGER)
                && let Some((prompt, listing)) = prompt::read(function(), trigger, file)
            {
                catalog.prompts.push(prompt);
                prompts.push(listing);
            }
        }
        // A resource with exactly the address comes before the templates that match it.
        catalog.resources.sort_by_key(|resource| resource.uri.is_template());
        let list = |name: &str, listings: Vec<String>| format!("{{\"{name}\":[{}]}}", listings.join(","));
        catalog.tools_list = list("tools", tools);
        catalog.resources_list = list("resources", resources);
        catalog.templates_list = list("resourceTemplates", templates);
        catalog.prompts_list = list("prompts", prompts);
        catalog
    }

    /// The tool of that name, in any case.
    pub(crate) fn tool(&self, name: &str) -> Option<&Tool> {
        self.tools.iter().find(|tool| tool.name.eq_ignore_ascii_case(name))
    }

    /// The resource at an address, compared as the extension does, and the values of its template parameters.
    pub(crate) fn resource<'a>(&'a self, uri: &'a str) -> Option<(&'a Resource, Vec<(&'a str, &'a str)>)> {
        self.resources.iter().find_map(|resource| Some((resource, resource.uri.matches(uri)?)))
    }

    /// The prompt of that name, in any case.
    pub(crate) fn prompt(&self, name: &str) -> Option<&Prompt> {
        self.prompts.iter().find(|prompt| prompt.name.eq_ignore_ascii_case(name))
    }
}

/// Whether a function has an MCP trigger.
pub(crate) fn is_mcp(file: &FunctionJson) -> bool {
    let kinds = [TOOL_TRIGGER, RESOURCE_TRIGGER, PROMPT_TRIGGER];
    file.trigger().is_some_and(|trigger| kinds.iter().any(|kind| trigger.is(kind)))
}

/// The `_meta` of a listing. The extension reads and writes it anew: `1.0` becomes `1`. An empty one is left out.
///
/// # Errors
///
/// When it is not JSON.
fn meta(metadata: Option<String>) -> serde_json::Result<Option<Value>> {
    let meta = metadata.filter(|meta| !meta.trim().is_empty());
    let meta = meta.map(|meta| serde_json::from_str::<Value>(&meta)).transpose()?;
    Ok(meta.filter(|meta| meta.as_object().is_some_and(|members| !members.is_empty())))
}

/// The input bindings that each hold one argument: the binding's name and the argument's.
fn argument_inputs(file: &FunctionJson, kind: &str, member: &str) -> Vec<(String, String)> {
    let name = |binding: &Binding| Some((binding.name.clone(), binding.text(member).ok()??));
    file.bindings.iter().filter(|binding| binding.is(kind)).filter_map(name).collect()
}
