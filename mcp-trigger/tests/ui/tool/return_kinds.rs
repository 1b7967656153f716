#![allow(unused)]

use mcp_trigger::{Json, ToolError, mcp_tool};
use std::collections::{BTreeSet, HashMap};

struct Saved {
    id: u64,
}

#[mcp_tool]
fn texts() -> Vec<String> {
    Vec::new()
}

#[mcp_tool]
fn bytes() -> Result<Vec<u8>, ToolError> {
    Ok(Vec::new())
}

#[mcp_tool]
fn slice() -> &'static [&'static str] {
    &[]
}

#[mcp_tool]
async fn set() -> Option<BTreeSet<String>> {
    None
}

#[mcp_tool]
fn pair() -> (String, u8) {
    (String::new(), 0)
}

#[mcp_tool]
fn map() -> HashMap<String, u32> {
    HashMap::new()
}

#[mcp_tool]
fn maybe() -> Option<Saved> {
    None
}

fn main() {}
