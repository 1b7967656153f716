#![allow(unused)]

use mcp_trigger::{Output, mcp_tool};

#[mcp_tool]
fn queue_as_input(#[input(queue, queue_name = "notes")] note: String) {}

#[mcp_tool]
fn output_without_attribute(file: Output<String>) {}

#[mcp_tool]
fn output_into_a_value(#[output(blob, path = "snippets/a.txt")] file: Vec<u8>) {}

#[mcp_tool]
fn input_from_an_output(#[input(blob, path = "snippets/a.txt")] file: Output<String>) {}

#[mcp_tool]
fn lent(
    #[output(blob, path = "snippets/a.txt")] file: &Output<String>,
    #[input(blob, path = "snippets/b.txt")] text: &str,
    #[input(blob, path = "snippets/c.txt")] bytes: Option<&[u8]>,
) {
}

#[mcp_tool]
fn nameless(#[input(blob, path = "snippets/a.txt")] text: impl Into<String>) {}

fn main() {}
