#![allow(unused)]

use mcp_trigger::{Principal, mcp_resource};

#[mcp_resource("docs://a", cache = "60")]
fn without_a_unit() -> String {
    String::new()
}

#[mcp_resource("docs://b", cache = "60s", cache_scope = "shared")]
fn unknown_scope() -> String {
    String::new()
}

#[mcp_resource("docs://c", cache_scope = "public")]
fn for_how_long() -> String {
    String::new()
}

#[mcp_resource("docs://d", cache = "60s", cache_scope = "public", roles("admin"))]
fn for_some_only() -> String {
    String::new()
}

#[mcp_resource("docs://e", cache = "60s", cache_scope = "public")]
fn by_caller(caller: Option<Principal>) -> String {
    String::new()
}

fn main() {}
