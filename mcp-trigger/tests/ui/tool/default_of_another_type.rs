#![allow(unused)]

use mcp_trigger::mcp_tool;

#[mcp_tool]
fn search(#[arg(default = 3)] text: String, #[arg(default = "3")] limit: u8) {}

fn main() {}
