#![allow(unused)]

use mcp_trigger::{Json, mcp_resource};

struct Profile {
    id: u64,
}

#[mcp_resource("users://me")]
fn profile() -> Json<Profile> {
    Json(Profile { id: 1 })
}

fn main() {}
