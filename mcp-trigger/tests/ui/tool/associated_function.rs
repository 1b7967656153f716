#![allow(unused)]

use mcp_trigger::mcp_tool;

struct Notes;

impl Notes {
    #[mcp_tool]
    fn list() -> String {
        String::new()
    }
}

fn main() {}
