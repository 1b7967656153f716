#![allow(unused)]

use mcp_trigger::{Json, mcp_tool};

struct Snippet {
    code: String,
}

#[mcp_tool]
fn read(#[input(blob, path = "snippets/a.json")] snippet: Option<Json<Snippet>>) {}

fn main() {}
