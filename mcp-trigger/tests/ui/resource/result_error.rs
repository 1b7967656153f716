#![allow(unused)]

use mcp_trigger::mcp_resource;

struct Failure;

#[mcp_resource("docs://readme")]
fn read() -> Result<String, Failure> {
    Err(Failure)
}

fn main() {}
