#![allow(unused)]

use mcp_trigger::{mcp_prompt, mcp_tool};

#[mcp_prompt]
fn no_completer(#[arg(complete = 5)] language: String) -> String {
    language
}

fn takes_a_number(typed: u8) -> Vec<String> {
    vec![]
}

#[mcp_prompt]
fn of_a_number(#[arg(complete = takes_a_number)] language: String) -> String {
    language
}

fn a_count(typed: &str) -> usize {
    typed.len()
}

#[mcp_prompt]
fn completed_with_a_number(#[arg(complete = a_count)] language: String) -> String {
    language
}

#[mcp_prompt]
fn without_a_value(#[arg(complete)] language: String) -> String {
    language
}

#[mcp_tool]
fn of_a_tool(#[arg(complete = ["rust"])] language: String) -> String {
    language
}

fn main() {}
