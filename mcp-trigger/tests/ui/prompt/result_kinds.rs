#![allow(unused)]

use mcp_trigger::content::ContentBlock;
use mcp_trigger::mcp_prompt;
use std::error::Error;

#[mcp_prompt]
fn blocks() -> Vec<ContentBlock> {
    Vec::new()
}

#[mcp_prompt]
fn number() -> u64 {
    1
}

#[mcp_prompt]
fn maybe() -> Option<String> {
    None
}

#[mcp_prompt]
fn boxed() -> Result<String, Box<dyn Error>> {
    Ok(String::new())
}

fn main() {}
