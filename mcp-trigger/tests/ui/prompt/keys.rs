#![allow(unused)]

use mcp_trigger::mcp_prompt;

#[mcp_prompt(read_only, uri = "docs://a", mime_type = "text/plain", size = 1, app(view = "ui/a.html"))]
fn of_others() -> String {
    String::new()
}

#[mcp_prompt("review", descripton = "Reviews", arguments("code"), name = " ")]
fn more() -> String {
    String::new()
}

fn main() {}
