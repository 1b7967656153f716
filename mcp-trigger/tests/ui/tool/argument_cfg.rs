#![allow(unused)]

use mcp_trigger::mcp_tool;

#[mcp_tool]
fn copy(from: String, #[cfg(unix)] mode: u32, #[cfg_attr(unix, allow(unused))] to: String) {}

fn main() {}
