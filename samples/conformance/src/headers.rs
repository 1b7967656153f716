//! An argument that clients repeat in a header.

use mcp_trigger::mcp_tool;

/// Says the value that its header says too.
#[mcp_tool(function = "CustomHeader")]
fn test_custom_header(#[arg(header = "Value")] value: String) -> String {
    value
}
