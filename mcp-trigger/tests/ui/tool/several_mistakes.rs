#![allow(unused)]

use mcp_trigger::{Context, mcp_tool};

/// All of them are told at once, and who calls the function has no part in it.
#[mcp_tool(nam = "copy", timeout = "soon", idempotent = 1)]
async fn copy(from: &str, #[arg(renam = "x")] to: String, cx: Context, more: impl Copy) -> String {
    to
}

async fn caller(cx: Context) -> String {
    copy("a", "b".to_owned(), cx, 5).await
}

fn main() {}
