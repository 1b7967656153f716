#![allow(unused)]

use mcp_trigger::mcp_tool;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Limit(u8);

#[mcp_tool]
fn search(#[arg(default = Limit(3))] limit: Limit) {}

fn main() {}
