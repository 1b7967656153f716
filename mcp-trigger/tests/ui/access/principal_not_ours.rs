#![allow(unused)]

use mcp_trigger::mcp_tool;

mod theirs {
    pub struct Principal;
}

#[mcp_tool]
fn whoami(caller: theirs::Principal) {}

fn main() {}
