#![allow(unused)]

use mcp_trigger::{Args, mcp_tool};

struct Home {
    street: String,
}

#[mcp_tool]
fn move_to(home: Home, from: Option<std::time::Instant>) {}

#[mcp_tool]
async fn all(Args(home): Args<Home>) {}

fn main() {}
