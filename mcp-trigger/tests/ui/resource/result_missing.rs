#![allow(unused)]

use mcp_trigger::mcp_resource;

#[mcp_resource("docs://readme")]
fn nothing() {}

#[mcp_resource("docs://any")]
fn anything() -> impl Into<String> {
    "x"
}

fn main() {}
