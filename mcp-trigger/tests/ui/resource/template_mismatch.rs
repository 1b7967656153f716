#![allow(unused)]

use mcp_trigger::{Context, mcp_resource};

#[mcp_resource("users://{id}/{part}")]
fn another(id: u64, section: String, cx: &Context) -> String {
    section
}

#[mcp_resource("docs://readme")]
fn plain(name: String) -> String {
    name
}

#[mcp_resource("docs://{name}")]
fn without() -> String {
    String::new()
}

#[mcp_resource("users://{userId}")]
fn case(user_id: u64) -> String {
    user_id.to_string()
}

fn main() {}
