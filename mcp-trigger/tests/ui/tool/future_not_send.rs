#![allow(unused)]

use mcp_trigger::mcp_tool;
use std::rc::Rc;

#[mcp_tool]
async fn wait() -> String {
    let text = Rc::new(String::from("x"));
    std::future::ready(()).await;
    text.to_string()
}

fn main() {}
