#![allow(unused)]

use mcp_trigger::{Json, mcp_tool};

struct Saved {
    id: u64,
}

#[mcp_tool]
fn save() -> Json<Saved> {
    Json(Saved { id: 1 })
}

fn main() {}
