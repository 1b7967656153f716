#![allow(unused)]

use mcp_trigger::mcp_tool;

#[mcp_tool]
fn main() {}
