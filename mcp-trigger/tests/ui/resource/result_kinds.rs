#![allow(unused)]

use mcp_trigger::mcp_resource;
use std::collections::HashMap;
use std::error::Error;

#[mcp_resource("docs://texts/all")]
fn texts() -> Vec<String> {
    Vec::new()
}

#[mcp_resource("docs://map/all")]
fn map() -> Option<HashMap<String, u32>> {
    None
}

#[mcp_resource("docs://pair/all")]
fn pair() -> (String, u8) {
    (String::new(), 0)
}

#[mcp_resource("docs://boxed/all")]
fn boxed() -> Result<String, Box<dyn Error>> {
    Ok(String::new())
}

fn main() {}
