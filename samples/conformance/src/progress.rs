//! A tool that tells how far it is.

use mcp_trigger::{Context, mcp_tool};
use std::time::Duration;
use tokio::time::sleep;

/// Reports progress: nothing, half, all.
#[mcp_tool(function = "Progress")]
async fn test_tool_with_progress(cx: &Context) -> &'static str {
    for done in [0.0, 50.0, 100.0] {
        cx.progress(done, 100.0, format!("Completed step {done} of 100").as_str());
        sleep(Duration::from_millis(50)).await;
    }
    "Tool with progress executed successfully"
}

/// Takes a moment, and sends its client away for it.
#[mcp_tool(function = "Reconnection")]
async fn test_reconnection(cx: &Context) -> &'static str {
    cx.pause_stream();
    sleep(Duration::from_millis(100)).await;
    "Reconnection test completed successfully"
}
