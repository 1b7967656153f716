#![allow(unused)]

use mcp_trigger::{Principal, mcp_prompt, mcp_resource, mcp_tool};

#[mcp_tool]
fn lent(caller: &Principal) {}

#[mcp_tool]
fn changed(caller: &mut Principal) {}

#[mcp_resource("users://me")]
fn optional(caller: &Option<Principal>) -> String {
    String::new()
}

#[mcp_prompt]
fn inside(caller: Option<&Principal>) -> String {
    String::new()
}

fn main() {}
