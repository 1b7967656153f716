#![allow(unused)]

use mcp_trigger::mcp_tool;

#[mcp_tool]
fn generic<T>(value: T) {}

#[mcp_tool]
fn array<const N: usize>(value: [u8; N]) {}

#[mcp_tool]
fn lifetime<'a>(cx: &'a mcp_trigger::Context) -> &'a str {
    ""
}

#[mcp_tool]
unsafe fn dangerous() {}

#[mcp_tool]
const fn constant() {}

#[mcp_tool]
extern "C" fn foreign() {}

#[mcp_tool]
unsafe extern "C" fn variadic(count: i32, rest: ...) {}

fn main() {}
