#![allow(unused)]

use mcp_trigger::{ToolError, mcp_tool};

struct Saved {
    id: u64,
}

#[mcp_tool]
fn save() -> Saved {
    Saved { id: 1 }
}

#[mcp_tool]
async fn save_all() -> Result<Vec<Saved>, ToolError> {
    Ok(Vec::new())
}

#[mcp_tool]
fn anything() -> impl std::fmt::Display {
    1
}

fn main() {}
