#![allow(unused)]

use mcp_trigger::{Json, mcp_prompt};

#[derive(serde::Serialize, schemars::JsonSchema)]
struct Review {
    code: String,
}

#[mcp_prompt]
fn json(code: String) -> Json<Review> {
    Json(Review { code })
}

#[mcp_prompt]
async fn texts() -> Result<Vec<String>, String> {
    Ok(Vec::new())
}

fn main() {}
