#![allow(unused)]

use mcp_trigger::mcp_resource;

struct Docs;

impl Docs {
    #[mcp_resource("docs://readme")]
    fn readme(&self) -> String {
        String::new()
    }
}

#[mcp_resource("docs://{name}")]
fn generic<T: Into<String>>(name: T) -> String {
    name.into()
}

#[mcp_resource("docs://struct")]
struct Readme;

fn main() {}
