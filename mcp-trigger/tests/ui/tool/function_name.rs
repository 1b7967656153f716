#![allow(unused)]

use mcp_trigger::mcp_tool;

#[mcp_tool]
fn größe() {}

#[mcp_tool]
fn _hidden() {}

#[mcp_tool]
fn host() {}

#[mcp_tool]
fn mcp() {}

#[mcp_tool(function = "wellknown")]
fn well_known() {}

#[mcp_tool(function = "")]
fn empty() {}

#[mcp_tool(function = "snippets.save")]
fn dotted() {}

fn main() {}
