#![allow(unused)]

use mcp_trigger::mcp_tool;

#[mcp_tool]
fn wrong(
    #[arg(name = "x")] a: u8,
    #[arg(defualt = 3)] b: u8,
    #[arg(rename = 5)] c: u8,
    #[arg(rename("d"))] d: u8,
    #[arg(default)] e: u8,
    #[arg = "f"] f: u8,
    #[arg] #[arg(default = 1)] g: u8,
    #[arg(title = "H")] h: u8,
) {
}

fn main() {}
