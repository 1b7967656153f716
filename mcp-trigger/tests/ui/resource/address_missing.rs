#![allow(unused)]

use mcp_trigger::mcp_resource;

const README: &str = "docs://readme";

#[mcp_resource]
fn nothing() -> String {
    String::new()
}

#[mcp_resource(title = "Readme")]
fn key_only() -> String {
    String::new()
}

#[mcp_resource(uri = "docs://readme", title = "Readme")]
fn with_a_key() -> String {
    String::new()
}

#[mcp_resource(README)]
fn constant() -> String {
    String::new()
}

#[mcp_resource(b"docs://readme")]
fn bytes() -> String {
    String::new()
}

fn main() {}
