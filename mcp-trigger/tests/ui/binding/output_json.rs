#![allow(unused)]

use mcp_trigger::{Json, Output, mcp_tool};

struct Snippet {
    code: String,
}

#[mcp_tool]
fn write(#[output(blob, path = "snippets/a.json")] snippet: Output<Json<Snippet>>) {}

fn main() {}
