#![allow(unused)]

use mcp_trigger::{Args, State, mcp_tool};

#[mcp_tool]
fn borrowed(text: &str, list: &[u8], other: &mut Vec<String>) {}

#[mcp_tool]
fn nested(text: Option<&str>) {}

#[mcp_tool]
fn special(state: &State<u8>, arguments: &mut Args<u8>) {}

fn main() {}
