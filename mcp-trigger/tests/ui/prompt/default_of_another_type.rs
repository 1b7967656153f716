#![allow(unused)]

use mcp_trigger::mcp_prompt;

#[mcp_prompt]
fn review(#[arg(default = 3)] code: String, #[arg(default = "3")] depth: u8) -> String {
    code
}

fn main() {}
