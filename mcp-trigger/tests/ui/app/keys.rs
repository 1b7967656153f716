#![allow(unused)]

use mcp_trigger::mcp_tool;

// `Cargo.toml` is a page that is there wherever this is compiled.
#[mcp_tool(app(view = "Cargo.toml", html = "x", prefersBorder = 1, prefers_border = 1, domain = example, theme = "dark"))]
fn keys() {}

#[mcp_tool(app(view = "Cargo.toml", permissions(clipboardWrite, notifications), visibility(ui, nobody)))]
fn names() {}

#[mcp_tool(app(view = "Cargo.toml", permissions("camera"), visibility("model", "app"), csp("https://example.com")))]
fn texts() {}

#[mcp_tool(app(view = "Cargo.toml", permissions(), visibility(), csp(connect())))]
fn nothing() {}

#[mcp_tool(app(view = "Cargo.toml", permissions(camera, camera), visibility = model, csp = "https://example.com"))]
fn forms() {}

#[mcp_tool(app(view = "Cargo.toml", csp(connectDomains("https://a.com"), baseUriDomains("https://b.com"), scripts("https://c.com"))))]
fn directives() {}

fn main() {}
