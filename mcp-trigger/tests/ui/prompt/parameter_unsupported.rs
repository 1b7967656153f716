#![allow(unused)]

use mcp_trigger::mcp_prompt;

struct Language;

#[mcp_prompt]
async fn review(code: String, language: Option<Language>) -> String {
    code
}

fn main() {}
