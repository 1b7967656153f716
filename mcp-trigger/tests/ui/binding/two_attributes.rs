#![allow(unused)]

use mcp_trigger::{Output, mcp_tool};

#[mcp_tool]
fn argument(#[arg(rename = "file")] #[input(blob, path = "snippets/a.txt")] text: String) {}

#[mcp_tool]
fn both_ways(
    #[input(blob, path = "snippets/a.txt")]
    #[output(blob, path = "snippets/a.txt")]
    text: String,
) {
}

#[mcp_tool]
fn two_outputs(
    #[output(blob, path = "snippets/a.txt")]
    #[output(queue, queue_name = "notes")]
    file: Output<String>,
) {
}

fn main() {}
