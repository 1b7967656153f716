#![allow(unused)]

use mcp_trigger::{Output, mcp_tool};

#[mcp_tool]
fn container_only(#[input(blob, path = "snippets")] text: String) {}

#[mcp_tool]
fn no_blob(#[input(blob, path = "snippets/")] text: String) {}

#[mcp_tool]
fn no_container(#[input(blob, path = "/a.txt")] text: String) {}

#[mcp_tool]
fn container(#[input(blob, path = "Snippets/a.txt")] text: String) {}

#[mcp_tool]
fn queue(#[output(queue, queue_name = "new_notes")] note: Output<String>) {}

fn main() {}
