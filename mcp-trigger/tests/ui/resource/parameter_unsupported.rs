#![allow(unused)]

use mcp_trigger::mcp_resource;

struct Id(u64);

#[mcp_resource("users://{id}")]
fn profile(id: Id) -> String {
    id.0.to_string()
}

fn main() {}
