#![allow(unused)]

use mcp_trigger::mcp_prompt;

use std::rc::Rc;

#[mcp_prompt]
async fn review() -> String {
    let text = Rc::new(String::from("x"));
    std::future::ready(()).await;
    text.to_string()
}

fn main() {}
