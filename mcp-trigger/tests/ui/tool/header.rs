#![allow(unused)]

use mcp_trigger::{mcp_prompt, mcp_tool};

#[mcp_tool]
fn wrong(
    #[arg(header = "")] a: String,
    #[arg(header = "Two Words")] b: String,
    #[arg(header = "Région")] c: String,
    #[arg(header = "Region")] d: String,
    #[arg(header = "region")] e: String,
    #[arg(header)] f: String,
) {
}

#[mcp_prompt]
fn of_a_prompt(#[arg(header = "Region")] region: String) -> String {
    region
}

fn main() {}
