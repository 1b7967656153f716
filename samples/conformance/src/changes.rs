//! Tools that say that something has changed: clients that listen hear of it.

use mcp_trigger::{Context, mcp_tool};

/// Says that there are other tools.
#[mcp_tool(function = "ChangeTools")]
fn test_trigger_tool_change(cx: &Context) -> &'static str {
    cx.changes().tools();
    "Told whoever listens"
}

/// Says that there are other prompts.
#[mcp_tool(function = "ChangePrompts")]
fn test_trigger_prompt_change(cx: &Context) -> &'static str {
    cx.changes().prompts();
    "Told whoever listens"
}
