#![allow(unused)]

use mcp_trigger::mcp_resource;

#[mcp_resource("readme.md")]
fn scheme() -> String {
    String::new()
}

#[mcp_resource("")]
fn empty() -> String {
    String::new()
}

#[mcp_resource("docs://{name")]
fn open(name: String) -> String {
    name
}

#[mcp_resource("docs://name}")]
fn closed(name: String) -> String {
    name
}

#[mcp_resource("docs://{}")]
fn nameless(name: String) -> String {
    name
}

#[mcp_resource("files://{+path}")]
fn operator(path: String) -> String {
    path
}

#[mcp_resource("docs://{folder}{name}")]
fn adjacent(folder: String, name: String) -> String {
    folder + &name
}

#[mcp_resource("docs://{name}/{Name}")]
fn twice(name: String) -> String {
    name
}

fn main() {}
