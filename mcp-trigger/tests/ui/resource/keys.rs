#![allow(unused)]

use mcp_trigger::mcp_resource;

#[mcp_resource("docs://a", read_only, app(view = "ui/a.html"), content_type = "text/plain", schedule = "daily")]
fn of_others() -> String {
    String::new()
}

#[mcp_resource("docs://b", mime_type = Markdown, size = "12", percent_decode = "yes", name = "")]
fn values() -> String {
    String::new()
}

#[mcp_resource("docs://c", size = -1, "docs://d")]
fn more() -> String {
    String::new()
}

#[mcp_resource("docs://e" title = "E")]
fn no_comma() -> String {
    String::new()
}

fn main() {}
