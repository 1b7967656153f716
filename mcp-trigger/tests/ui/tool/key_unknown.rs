#![allow(unused)]

use mcp_trigger::mcp_tool;

#[mcp_tool(descripton = "Says hello", readOnlyHint, schedule = "daily")]
fn hello() {}

fn main() {
    hello();
}
