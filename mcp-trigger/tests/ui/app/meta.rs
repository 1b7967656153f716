#![allow(unused)]

use mcp_trigger::mcp_tool;

#[mcp_tool(app(view = "Cargo.toml"), meta = r#"{"ui": {"resourceUri": "ui://a"}}"#)]
fn both() {}

fn main() {}
