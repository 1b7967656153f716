#![allow(unused)]

use mcp_trigger::mcp_tool;

#[mcp_tool(timeout = "30")]
fn unit() {}

#[mcp_tool(timeout = "0s")]
fn zero() {}

#[mcp_tool(timeout = "1.5s")]
fn fraction() {}

fn main() {}
