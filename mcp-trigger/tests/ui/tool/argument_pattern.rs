#![allow(unused)]

use mcp_trigger::mcp_tool;

#[mcp_tool]
fn add((x, y): (u8, u8), _: String, whole @ _: u8) {}

fn main() {}
