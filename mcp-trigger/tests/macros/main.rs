//! What the macros leave in the table of all functions.

// The generated code stands in this crate, under the strictest rules that a user may have.
#![warn(clippy::pedantic, clippy::nursery)]
#![deny(missing_docs, unused, deprecated)]
#![forbid(unsafe_code)]
// What the functions in here do is of no interest.
#![allow(
    unreachable_pub,
    clippy::too_many_arguments,
    clippy::literal_string_with_formatting_args,
    clippy::missing_const_for_fn,
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    clippy::unused_async,
    clippy::redundant_pub_crate
)]

mod access;
mod apps;
mod bindings;
mod functions;
mod metadata;
mod parameters;
mod prompts;
mod resources;

use mcp_trigger::__private::{Arguments, Function, Kind, Prompt, Registration, Resource, Tool, inventory};

/// The name that clients know a function by.
fn client_name(function: &Function) -> &'static str {
    match &function.kind {
        Kind::Tool(tool) => tool.name,
        Kind::Resource(resource) => resource.name,
        Kind::Prompt(prompt) => prompt.name,
    }
}

/// The function that clients know by that name.
fn function(name: &str) -> &'static Function {
    let mut found =
        inventory::iter::<Registration>.into_iter().filter(|registration| client_name(registration.0) == name);
    let function = found.next().unwrap_or_else(|| panic!("{name} is not registered")).0;
    assert!(found.next().is_none(), "{name} is registered twice");
    function
}

/// The tool of that name.
fn tool(name: &str) -> &'static Tool {
    match &function(name).kind {
        Kind::Tool(tool) => tool,
        other => panic!("{name} is {other:?}"),
    }
}

/// The resource of that name.
fn resource(name: &str) -> &'static Resource {
    match &function(name).kind {
        Kind::Resource(resource) => resource,
        other => panic!("{name} is {other:?}"),
    }
}

/// The prompt of that name.
fn prompt(name: &str) -> &'static Prompt {
    match &function(name).kind {
        Kind::Prompt(prompt) => prompt,
        other => panic!("{name} is {other:?}"),
    }
}

fn is_registered(name: &str) -> bool {
    inventory::iter::<Registration>.into_iter().any(|registration| client_name(registration.0) == name)
}

/// Name and description of its arguments.
fn arguments(name: &str) -> Vec<(&'static str, &'static str)> {
    match tool(name).arguments {
        Arguments::Properties(properties) => properties.iter().map(|p| (p.name(), p.description())).collect(),
        Arguments::All(_) => panic!("{name} takes all arguments as one"),
    }
}
