#![allow(unused)]

use mcp_trigger::mcp_tool;

mod theirs {
    pub struct Output<T>(pub T);
}

#[mcp_tool]
fn write(#[output(blob, path = "snippets/a.txt")] file: theirs::Output<String>) {}

fn main() {}
