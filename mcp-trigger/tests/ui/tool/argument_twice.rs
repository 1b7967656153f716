#![allow(unused)]

use mcp_trigger::mcp_tool;

#[mcp_tool]
fn copy(from: String, #[arg(rename = "from")] to: String, #[arg(rename = "")] nothing: u8) {}

fn main() {}
