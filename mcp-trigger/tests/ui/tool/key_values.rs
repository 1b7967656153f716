#![allow(unused)]

use mcp_trigger::mcp_tool;

#[mcp_tool(name = hello, title = 5, description, read_only = "yes", meta(a = 1), timeout = 30, crate = "mcp_trigger")]
fn wrong_kinds() {}

#[mcp_tool("hello", name: "hello", title "Hello", function = )]
fn wrong_grammar() {}

#[mcp_tool(name("hello"), idempotent(true), description = 5, function = b"f")]
fn wrong_forms() {}

#[mcp_tool(read_only, destructive)]
fn contradiction() {}

fn main() {}
