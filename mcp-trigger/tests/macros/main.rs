//! What `#[mcp_tool]` leaves in the table of all functions.

// The generated code stands in this crate, under the strictest rules that a user may have.
#![warn(clippy::pedantic, clippy::nursery)]
#![deny(missing_docs, unused, deprecated)]
#![forbid(unsafe_code)]
// What the functions in here do is of no interest.
#![allow(
    unreachable_pub,
    clippy::too_many_arguments,
    clippy::missing_const_for_fn,
    clippy::needless_pass_by_value,
    clippy::unused_async,
    clippy::redundant_pub_crate
)]

mod functions;
mod metadata;
mod parameters;

use mcp_trigger::__private::{Arguments, Registration, Tool, inventory};

/// The tool of that name.
fn tool(name: &str) -> &'static Tool {
    let mut found = inventory::iter::<Registration>.into_iter().filter(|registration| registration.0.name == name);
    let tool = found.next().unwrap_or_else(|| panic!("{name} is not registered")).0;
    assert!(found.next().is_none(), "{name} is registered twice");
    tool
}

fn is_registered(name: &str) -> bool {
    inventory::iter::<Registration>.into_iter().any(|registration| registration.0.name == name)
}

/// Name and description of its arguments.
fn arguments(name: &str) -> Vec<(&'static str, &'static str)> {
    match tool(name).arguments {
        Arguments::Properties(properties) => properties.iter().map(|p| (p.name(), p.description())).collect(),
        Arguments::All(_) => panic!("{name} takes all arguments as one"),
    }
}
