#![allow(unused)]

use mcp_trigger::mcp_prompt;

#[mcp_prompt]
fn nothing(code: String) {}

#[mcp_prompt]
fn anything() -> impl Into<String> {
    "x"
}

fn main() {}
