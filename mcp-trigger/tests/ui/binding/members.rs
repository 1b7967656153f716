#![allow(unused)]

use mcp_trigger::{Output, mcp_tool};

#[mcp_tool]
fn no_path(#[input(blob)] text: String) {}

#[mcp_tool]
fn no_queue_name(#[output(queue, connection = "Storage")] note: Output<String>) {}

#[mcp_tool]
fn of_a_queue(#[output(blob, queue_name = "notes")] file: Output<String>) {}

#[mcp_tool]
fn of_a_blob(#[output(queue, path = "notes")] note: Output<String>) {}

#[mcp_tool]
fn unknown(#[output(blob, path = "snippets/a.txt", overwrite = true)] file: Output<String>) {}

#[mcp_tool]
fn misspelled(#[input(blob, pth = "snippets/a.txt")] text: String) {}

#[mcp_tool]
fn value(#[output(queue = "notes")] note: Output<String>) {}

#[mcp_tool]
fn inside(#[input(blob(path = "snippets/a.txt"))] text: String) {}

#[mcp_tool]
fn no_key(#[input(blob, "snippets/a.txt")] text: String) {}

#[mcp_tool]
fn no_text(#[input(blob, path = 5, connection = true)] text: String) {}

#[mcp_tool]
fn twice(#[input(blob, path = "snippets/a.txt", path = "snippets/b.txt")] text: String) {}

fn main() {}
