//! The look-up of functions by name or address.

use crate::function::schema::Mirrored;
use crate::function::{Arguments, Function, Kind, Tool};
use crate::registry::function_json::schemas;
use crate::registry::{Addresses, Found, Registry};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// The functions by what clients ask for. Names have a case here, as MCP says (specification 2025-11-25: `server/tools`, "Tool
/// Names").
#[derive(Default)]
pub(in crate::server) struct Catalog {
    tools: BTreeMap<&'static str, &'static Function>,
    /// The arguments that clients repeat in headers, of the tools that may have some; looked up when one is called first.
    mirrored: BTreeMap<&'static str, (&'static Function, OnceLock<Vec<Mirrored>>)>,
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
                        catalog.mirrored.insert(tool.name, (function, OnceLock::new()));
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

    /// The arguments of a tool that clients repeat in headers. A tool whose schema breaks a rule is not listed, and has none.
    pub(in crate::server) fn mirrored(&self, tool: &Tool) -> &[Mirrored] {
        let Some((function, mirrored)) = self.mirrored.get(tool.name) else { return &[] };
        mirrored.get_or_init(|| schemas(function, tool).map(|schemas| schemas.mirrored).unwrap_or_default())
    }

    pub(in crate::server) fn prompt(&self, name: &str) -> Option<&'static Function> {
        self.prompts.get(name).copied()
    }

    /// A template, by itself or by an address that it fits.
    pub(in crate::server) fn template(&self, uri: &str) -> Option<&'static Function> {
        self.resources.template(uri)
    }

    /// The resource at an address, with its parameters.
    pub(in crate::server) fn resource(&self, uri: &str) -> Option<Found> {
        self.resources.find(uri)
    }
}
