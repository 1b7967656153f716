//! Which function answers to a name or an address.

use crate::function::{Function, Kind};
use crate::registry::Registry;
use host_protocol::uri_template::UriTemplate;
use std::collections::HashMap;

/// The functions by what clients ask for. Names have a case here, as MCP says (specification 2025-11-25: `server/tools`, "Tool
/// Names").
#[derive(Default)]
pub(super) struct Catalog {
    tools: HashMap<&'static str, &'static Function>,
    prompts: HashMap<&'static str, &'static Function>,
    resources: Vec<(UriTemplate, &'static Function)>,
}

impl Catalog {
    pub(super) fn new(registry: &Registry) -> Self {
        let mut catalog = Catalog::default();
        for function in registry.functions() {
            match &function.kind {
                Kind::Tool(tool) => drop(catalog.tools.insert(tool.name, function)),
                Kind::Prompt(prompt) => drop(catalog.prompts.insert(prompt.name, function)),
                // The macros have read it already; of others the registry says what is wrong.
                Kind::Resource(resource) => {
                    catalog.resources.extend(UriTemplate::parse(resource.uri).ok().map(|uri| (uri, function)));
                }
            }
        }
        // An address itself comes before the templates that it fits.
        catalog.resources.sort_by_key(|(uri, _)| uri.is_template());
        catalog
    }

    pub(super) fn tool(&self, name: &str) -> Option<&'static Function> {
        self.tools.get(name).copied()
    }

    pub(super) fn prompt(&self, name: &str) -> Option<&'static Function> {
        self.prompts.get(name).copied()
    }

    /// A template, by itself or by an address that it fits.
    pub(super) fn template(&self, uri: &str) -> Option<&'static Function> {
        let itself = self.resources.iter().find(|(template, _)| template.as_str() == uri);
        itself.map(|(_, function)| *function).or_else(|| self.resource(uri))
    }

    pub(super) fn resource(&self, uri: &str) -> Option<&'static Function> {
        let found = self.resources.iter().find(|(template, _)| template.matches(uri).is_some());
        found.map(|(_, function)| *function)
    }
}
