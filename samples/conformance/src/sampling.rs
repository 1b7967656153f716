//! Tools that ask the client's model.

use mcp_trigger::{Context, ToolError, mcp_tool};

/// Passes a prompt on to the client's model.
#[mcp_tool(function = "SamplePrompt")]
async fn test_sampling(
    /** What the model is asked */
    prompt: String,
    cx: &Context,
) -> Result<String, ToolError> {
    let sampled = cx.sample(prompt).max_tokens(100).await?;
    Ok(format!("LLM response: {}", sampled.text()))
}

/// Cannot do without the client's model.
#[mcp_tool(function = "SampleAlways")]
async fn test_missing_capability(cx: &Context) -> Result<String, ToolError> {
    let sampled = cx.sample("What is missing?").max_tokens(100).await?;
    Ok(format!("Nothing was missing: {}", sampled.text()))
}
