//! Tools that log: clients get the lines, if they want them and the endpoint can send them.

use mcp_trigger::{Context, mcp_tool};

/// Logs each of its steps.
#[mcp_tool(function = "LogSteps")]
fn test_tool_with_logging(cx: &Context) -> &'static str {
    cx.info("Tool execution started");
    cx.info("Tool processing data");
    cx.info("Tool execution completed");
    "Tool with logging executed successfully"
}

/// Logs one line.
#[mcp_tool(function = "LogOnce")]
fn test_logging_tool(cx: &Context) -> &'static str {
    cx.info("Only for clients that asked for it");
    "Logged"
}
