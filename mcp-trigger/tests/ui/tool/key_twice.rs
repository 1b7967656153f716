#![allow(unused)]

use mcp_trigger::mcp_tool;

#[mcp_tool(name = "a", title = "A", name = "b")]
fn hello() {}

fn main() {}
