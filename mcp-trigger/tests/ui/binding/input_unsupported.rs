#![allow(unused)]

use mcp_trigger::mcp_tool;

struct Snippet {
    code: String,
}

#[mcp_tool]
fn read(
    #[input(blob, path = "snippets/a.json")] snippet: Snippet,
    #[input(blob, path = "snippets/b.json")] number: Option<u64>,
    #[input(binding(type = "table", table_name = "rows"))] rows: Vec<Snippet>,
) {
}

fn main() {}
