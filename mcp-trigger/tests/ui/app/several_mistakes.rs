#![allow(unused)]

use mcp_trigger::mcp_tool;

/// All of them are told at once; what follows from one of them is not told.
#[mcp_tool(nam = "weather", app(title = 5, permissions(camra), csp(connect("a"))))]
fn weather(city: &str) {}

#[mcp_tool(nam = "weather", app(title = "Weather"))]
fn without() {}

fn main() {}
