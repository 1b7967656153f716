#![allow(unused)]

use mcp_trigger::{Output, mcp_tool};

/// All of them are told at once; what follows from one of them is not told.
#[mcp_tool]
fn save(
    name: &str,
    #[output(blob, path = "Snippets/{mcptoolargs.name}.txt")] file: Output<String>,
    #[output(queue)] note: Output<String>,
    #[input(binding(table_name = "rows", take = -x))] row: String,
    #[input(blob, path = "snippets/a.txt")] old: Output<String>,
) {
}

fn main() {}
