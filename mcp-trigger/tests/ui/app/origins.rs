#![allow(unused)]

use mcp_trigger::mcp_tool;

#[mcp_tool(app(view = "Cargo.toml", csp(connect("https://example.com/api", "example.com"), resources("'self'", "*"), frames(5))))]
fn origins() {}

fn main() {}
