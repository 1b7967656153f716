#![allow(unused)]

use mcp_trigger::mcp_tool;

#[mcp_tool]
fn show(text: impl std::fmt::Display) {}

fn main() {}
