#![allow(unused)]

use mcp_trigger::mcp_tool;

struct Failure;

#[mcp_tool]
fn save() -> Result<String, Failure> {
    Err(Failure)
}

fn main() {}
