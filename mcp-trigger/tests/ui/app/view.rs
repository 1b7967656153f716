#![allow(unused)]

use mcp_trigger::mcp_tool;

#[mcp_tool(app)]
fn alone() {}

#[mcp_tool(app = "ui/view.html")]
fn value() {}

#[mcp_tool(app())]
fn empty() {}

#[mcp_tool(app(title = "Weather"))]
fn without() {}

#[mcp_tool(app("ui/view.html"))]
fn no_key() {}

#[mcp_tool(app(veiw = "ui/view.html"))]
fn misspelled() {}

#[mcp_tool(app(view = "ui/gone.html"))]
fn gone() {}

#[mcp_tool(app(view = "../view.html"))]
fn outside() {}

#[mcp_tool(app(view = include_str!("view.html")))]
fn no_literal() {}

fn main() {}
