#![allow(unused)]

use mcp_trigger::{Context, mcp_tool};

#[mcp_tool]
fn by_value(cx: Context) {}

#[mcp_tool]
fn mutable(cx: &mut Context) {}

#[mcp_tool]
fn twice(one: &Context, two: &mcp_trigger::Context) {}

fn main() {}
