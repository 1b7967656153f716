#![allow(unused)]

use mcp_trigger::{Context, mcp_resource};

/// All of them are told at once; what follows from one of them is not told.
#[mcp_resource("users/{id}", mimetype = "text/plain", size = "big")]
async fn profile(id: &str, cx: Context, #[arg(default = 1)] part: u8) {}

async fn caller(cx: Context) {
    profile("1", cx, 2).await;
}

fn main() {}
