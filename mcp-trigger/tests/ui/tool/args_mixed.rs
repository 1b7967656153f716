#![allow(unused)]

use mcp_trigger::{Args, mcp_tool};

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Query {
    text: String,
}

#[mcp_tool]
fn twice(one: Args<Query>, two: Args<Query>) {}

#[mcp_tool]
fn after(all: Args<Query>, limit: u8, more: u8) {}

#[mcp_tool]
fn before(limit: u8, Args(query): Args<Query>) {}

fn main() {}
