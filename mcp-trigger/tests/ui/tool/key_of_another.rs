#![allow(unused)]

use mcp_trigger::mcp_tool;

#[mcp_tool(uri = "docs://readme", mime_type = "text/plain", default = 3)]
fn hello() {}

fn main() {}
