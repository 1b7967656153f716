#![allow(unused)]

use mcp_trigger::{mcp_prompt, mcp_resource, mcp_tool};

#[mcp_tool(roles())]
fn no_roles() {}

#[mcp_tool(scopes())]
fn no_scopes() {}

#[mcp_tool(roles)]
fn alone() {}

#[mcp_tool(roles = "admin")]
fn value() {}

#[mcp_tool(roles(admin, "writer"), scopes(5))]
fn no_texts() {}

#[mcp_tool(role("admin"), scope("tickets.read"))]
fn misspelled() {}

#[mcp_tool(roles("admin", ""), scopes("tickets.read tickets.write"))]
fn names() {}

#[mcp_resource("docs://readme", roles())]
fn resource() -> String {
    String::new()
}

#[mcp_prompt(roles("admin"), roles("writer"))]
fn prompt() -> String {
    String::new()
}

fn main() {}
