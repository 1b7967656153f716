#![allow(unused)]

use mcp_trigger::mcp_tool;

#[mcp_tool]
struct Notes;

#[mcp_tool]
impl Notes {
    fn list(&self) {}
}

#[mcp_tool]
trait Listing {
    fn list(&self);
}

trait Reading {
    #[mcp_tool]
    fn read(&self);
}

#[mcp_tool]
const LIMIT: u8 = 1;

#[mcp_tool]
mod notes {}

#[mcp_tool]
macro_rules! notes {
    () => {};
}

fn main() {
    Notes.list();
}
