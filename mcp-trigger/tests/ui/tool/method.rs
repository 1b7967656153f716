#![allow(unused)]

use mcp_trigger::mcp_tool;

struct Notes;

impl Notes {
    #[mcp_tool]
    fn list(&self) -> String {
        self.read(String::new())
    }

    #[mcp_tool]
    fn read(self: &Self, name: String) -> String {
        name
    }
}

fn main() {
    Notes.list();
}
