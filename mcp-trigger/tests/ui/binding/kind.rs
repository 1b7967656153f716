#![allow(unused)]

use mcp_trigger::{Output, mcp_tool};

#[mcp_tool]
fn none(#[output] file: Output<String>) {}

#[mcp_tool]
fn empty(#[input()] text: String) {}

#[mcp_tool]
fn value(#[output = "queue"] note: Output<String>) {}

#[mcp_tool]
fn members_only(#[output(path = "snippets/a.txt")] file: Output<String>) {}

#[mcp_tool]
fn misspelled(#[output(blbo, path = "snippets/a.txt")] file: Output<String>) {}

#[mcp_tool]
fn type_only(#[output(type = "cosmosDB", database_name = "shop")] row: Output<String>) {}

#[mcp_tool]
fn two(#[output(blob, path = "snippets/a.txt", queue, queue_name = "notes")] file: Output<String>) {}

fn main() {}
