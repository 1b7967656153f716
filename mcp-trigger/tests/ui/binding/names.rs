#![allow(unused)]

use mcp_trigger::{Json, Output, mcp_tool};

#[mcp_tool]
fn twice(
    #[input(blob, path = "snippets/a.txt")] text: String,
    #[output(blob, path = "snippets/b.txt", name = "Text")] file: Output<String>,
    #[input(blob, path = "snippets/c.txt", name = "text")] more: String,
) {
}

#[mcp_tool]
fn characters(
    #[input(blob, path = "snippets/a.txt", name = "the_text")] text: String,
    #[input(blob, path = "snippets/b.txt", name = "")] more: String,
    #[input(blob, path = "snippets/c.txt")] größe: String,
    #[input(binding(type = "table", name = "1"))] row: String,
) {
}

#[mcp_tool]
fn taken(#[input(blob, path = "snippets/a.txt")] tool_trigger: String) {}

#[mcp_tool]
fn nameless(#[input(blob, path = "snippets/a.json")] Json(text): Json<String>) {}

fn main() {}
