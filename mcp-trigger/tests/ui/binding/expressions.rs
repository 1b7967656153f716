#![allow(unused)]

use mcp_trigger::{Args, Output, mcp_prompt, mcp_resource, mcp_tool};

#[mcp_tool]
fn unknown(name: String, #[input(blob, path = "snippets/{mcptoolargs.nam}.txt")] text: String) {}

#[mcp_tool]
fn renamed(
    #[arg(rename = "snippetName")] name: String,
    #[input(blob, path = "snippets/{mcptoolargs.name}.txt")] text: String,
) {
}

#[mcp_tool]
fn bare(name: String, #[output(blob, path = "snippets/{name}.txt")] file: Output<String>) {}

#[mcp_tool]
fn unheard_of(#[output(queue, queue_name = "{queue}")] note: Output<String>) {}

#[mcp_tool]
fn optional(
    name: Option<String>,
    #[arg(default = "a")] folder: String,
    #[input(blob, path = "snippets/{mcptoolargs.folder}/{mcptoolargs.name}.txt")] text: String,
) {
}

#[mcp_tool]
fn braces(name: String, #[input(blob, path = "snippets/{mcptoolargs.name.txt")] text: String) {}

#[mcp_tool]
fn other(name: String, #[input(binding(type = "table", row_key = "{mcptoolargs.key}"))] row: String) {}

#[mcp_resource("snippets://{name}")]
fn resource(name: String, #[input(blob, path = "snippets/{mcptoolargs.name}.txt")] text: String) -> String {
    text
}

#[mcp_prompt]
fn prompt(
    name: String,
    #[input(blob, path = "snippets/{mcptoolargs.name}.txt")] text: String,
    #[input(blob, path = "snippets/{mcppromptargs.nam}.txt")] more: String,
) -> String {
    text
}

fn main() {}
