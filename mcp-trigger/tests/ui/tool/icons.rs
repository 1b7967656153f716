#![allow(unused)]

use mcp_trigger::mcp_tool;

#[mcp_tool(icons = "https://example.com/a.png")]
fn form() {}

#[mcp_tool(icons("http://example.com/a.png", "a.png", 5, image(src = "https://example.com/a.png")))]
fn sources() {}

#[mcp_tool(icons(icon(theme = "blue"), icon, icon(src = "https://example.com/a.png", sizes("48", 48), size = "48x48")))]
fn details() {}

#[mcp_tool(icons(icon(src = "https://example.com/a.png", sizes("48", "any"))))]
fn sizes() {}

#[mcp_tool(icons(icon(scr = "https://example.com/a.png"), icon(src = )))]
fn misspelled() {}

fn main() {}
