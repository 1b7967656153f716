#![allow(unused)]

use mcp_trigger::{Args, mcp_resource};

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Query {
    id: u64,
}

#[mcp_resource("users://{id}")]
fn all(Args(query): Args<Query>) -> String {
    query.id.to_string()
}

#[mcp_resource("users://{id}")]
fn borrowed(id: &str) -> String {
    id.to_owned()
}

#[mcp_resource("users://{id}")]
fn pattern(_: String) -> String {
    String::new()
}

#[mcp_resource("users://{id}")]
fn default(#[arg(default = 1)] id: u64) -> String {
    id.to_string()
}

#[mcp_resource("users://{id}")]
fn title(#[arg(title = "Id")] id: u64) -> String {
    id.to_string()
}

#[mcp_resource("users://{id}/{part}")]
fn lists(id: Vec<String>, part: Option<(u8, u8)>) -> String {
    id.concat()
}

fn main() {}
