#![allow(unused)]

use mcp_trigger::mcp_resource;

struct Profile {
    id: u64,
}

#[mcp_resource("docs://unit")]
fn unit() -> () {}

#[mcp_resource("docs://number")]
fn number() -> u64 {
    1
}

#[mcp_resource("users://me")]
async fn profile() -> Result<Option<Profile>, String> {
    Ok(None)
}

fn main() {}
