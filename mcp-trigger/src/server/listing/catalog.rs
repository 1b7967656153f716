//! The look-up of functions by name or address.

use crate::function::schema::Mirrored;
use crate::function::{Arguments, Function, Kind, Tool};
use crate::registry::function_json::schemas;
use crate::registry::{Addresses, Found, Registry};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Functions by their names and addresses. Names are case-sensitive (specification 2025-11-25: `server/tools`, "Tool Names").
#[derive(Default)]
pub(in crate::server) struct Catalog {
    tools: BTreeMap<&'static str, &'static Function>,
    /// The header parameters of tools that may have some, found out at the first call.
    header_parameters: BTreeMap<&'static str, (&'static Function, OnceLock<Vec<Mirrored>>)>,
    prompts: BTreeMap<&'static str, &'static Function>,
    resources: Addresses,
}

impl Catalog {
    pub(in crate::server) fn new(registry: &Registry) -> Self {
        let mut catalog = Catalog { resources: Addresses::new(registry), ..Catalog::default() };
        for function in registry.functions() {
            match &function.kind {
                Kind::Tool(tool) => {
                    catalog.tools.insert(tool.name, function);
                    if tool.arguments.has_headers() || matches!(tool.arguments, Arguments::All(_)) {
                        catalog.header_parameters.insert(tool.name, (function, OnceLock::new()));
                    }
                }
                Kind::Prompt(prompt) => drop(catalog.prompts.insert(prompt.name, function)),
                Kind::Resource(_) => {}
            }
        }
        catalog
    }

    pub(in crate::server) fn tool(&self, name: &str) -> Option<&'static Function> {
        self.tools.get(name).copied()
    }

    /// The header parameters of a tool. A tool whose schema breaks a rule has none, and is not listed.
    pub(in crate::server) fn header_parameters(&self, tool: &Tool) -> &[Mirrored] {
        let Some((function, found)) = self.header_parameters.get(tool.name) else { return &[] };
        found.get_or_init(|| schemas(function, tool).map(|schemas| schemas.mirrored).unwrap_or_default())
    }

    pub(in crate::server) fn prompt(&self, name: &str) -> Option<&'static Function> {
        self.prompts.get(name).copied()
    }

    /// The function of a resource template, found by the template itself or by an address that matches it.
    pub(in crate::server) fn template(&self, uri: &str) -> Option<&'static Function> {
        self.resources.template(uri)
    }

    /// The resource at an address, with the parameters in the address.
    pub(in crate::server) fn resource(&self, uri: &str) -> Option<Found> {
        self.resources.find(uri)
    }
}
