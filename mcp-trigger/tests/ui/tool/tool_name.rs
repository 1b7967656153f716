#![allow(unused)]

use mcp_trigger::mcp_tool;

#[mcp_tool(name = "")]
fn empty() {}

#[mcp_tool(name = "save snippet")]
fn blank() {}

#[mcp_tool(name = "größe")]
fn letter() {}

#[mcp_tool(
    name = "a23456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"
)]
fn long() {}

fn main() {}
