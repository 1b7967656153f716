#![allow(unused)]

use mcp_trigger::mcp_tool;
use std::error::Error;
use std::fmt;
use std::rc::Rc;

#[derive(Debug)]
struct Local(Rc<str>);

impl fmt::Display for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Local {}

#[mcp_tool]
fn boxed() -> Result<String, Box<dyn Error>> {
    Ok(std::fs::read_to_string("a")?)
}

#[mcp_tool]
async fn boxed_send() -> Result<String, Box<dyn Error + Send>> {
    Ok(String::new())
}

#[mcp_tool]
fn nothing() -> Result<String, ()> {
    Err(())
}

#[mcp_tool]
fn number() -> Result<String, i32> {
    Err(1)
}

#[mcp_tool]
fn not_send() -> Result<String, Local> {
    Err(Local("".into()))
}

fn main() {}
