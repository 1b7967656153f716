#![allow(unused)]

use mcp_trigger::{mcp_prompt, mcp_resource, mcp_tool};

#[mcp_tool]
fn wrong(
    #[arg(lenient = "yes")] a: u8,
    #[arg(lenient, lenient)] b: u8,
    #[arg(lenient(numbers))] c: u8,
    #[arg(lenient)] d: String,
    #[arg(lenient = true)] e: Option<String>,
    #[arg(lenien)] f: u8,
) {
}

#[mcp_tool(lenient)]
fn of_a_tool(a: u8) {}

#[mcp_prompt]
fn of_a_prompt(#[arg(lenient)] count: u8) -> String {
    count.to_string()
}

#[mcp_resource("pages://{number}")]
fn of_a_resource(#[arg(lenient)] number: u8) -> String {
    number.to_string()
}

fn main() {}
