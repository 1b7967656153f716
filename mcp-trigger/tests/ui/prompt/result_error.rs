#![allow(unused)]

use mcp_trigger::mcp_prompt;

struct Failure;

#[mcp_prompt]
fn review() -> Result<String, Failure> {
    Err(Failure)
}

fn main() {}
