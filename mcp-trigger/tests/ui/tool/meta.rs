#![allow(unused)]

use mcp_trigger::mcp_tool;

#[mcp_tool(meta = r#"["a"]"#)]
fn list() {}

#[mcp_tool(meta = r#"{"ui": {"resourceUri": ui://hello}}"#)]
fn text() {}

fn main() {}
