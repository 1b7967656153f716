#![allow(unused)]

use mcp_trigger::mcp_tool;

mod theirs {
    pub struct Context;
    pub struct State<T>(pub T);
    pub struct Args<T>(pub T);
}

#[mcp_tool]
fn context(cx: &theirs::Context) {}

#[mcp_tool]
fn state(state: theirs::State<u8>) {}

#[mcp_tool]
fn arguments(arguments: theirs::Args<u8>) {}

fn main() {}
