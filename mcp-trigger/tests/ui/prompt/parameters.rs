#![allow(unused)]

use mcp_trigger::{Args, mcp_prompt};

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct Query {
    code: String,
}

#[mcp_prompt]
fn all(Args(query): Args<Query>) -> String {
    query.code
}

#[mcp_prompt]
fn borrowed(code: &str, focus: Option<&str>) -> String {
    code.to_owned()
}

#[mcp_prompt]
fn pattern((a, b): (u8, u8)) -> String {
    String::new()
}

#[mcp_prompt]
fn twice(code: String, #[arg(rename = "code")] more: String) -> String {
    code + &more
}

#[mcp_prompt]
fn keys(#[arg(titel = "Code", default)] code: String) -> String {
    code
}

#[mcp_prompt]
fn lists(files: Vec<String>, ranges: Option<[u8; 2]>) -> String {
    files.concat()
}

fn main() {}
