#![allow(unused)]

use mcp_trigger::{Context, Output, mcp_tool};

#[mcp_tool(task = "always")]
fn unknown() {}

#[mcp_tool(task = true)]
fn flag() {}

#[mcp_tool(task("required"))]
fn list() {}

#[mcp_tool(task = "later")]
async fn later_without_saying_when() {}

#[mcp_tool(task)]
async fn with_binding(#[output(binding(type = "cosmosDB"))] done: Output<String>) {}

#[mcp_tool(task = "later")]
async fn fine(cx: &Context) {}

fn main() {}
