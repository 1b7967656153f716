#![allow(unused)]

use mcp_trigger::{Output, mcp_tool};

struct Snippet {
    code: String,
}

#[mcp_tool]
fn one(
    #[output(blob, path = "snippets/a.json")] snippet: Output<Snippet>,
    #[output(queue, queue_name = "notes")] note: Output<Snippet>,
) {
}

#[mcp_tool]
fn many(
    #[output(blob, path = "snippets/a.txt")] file: Output<Vec<String>>,
    #[output(queue, queue_name = "notes")] notes: Output<Vec<Snippet>>,
) {
}

fn main() {}
