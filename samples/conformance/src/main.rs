//! What the official conformance suite of MCP asks a server for: it knows tools, resources and prompts by these names, and what
//! they answer.

mod changes;
mod content;
mod elicitation;
mod headers;
#[cfg(feature = "rounds")]
mod input_required;
mod logging;
mod progress;
mod prompts;
mod resources;
mod sampling;
mod schema;
#[cfg(feature = "rounds")]
mod tasks;

use mcp_trigger::{App, ExitCode, ServerInfo};

/// A red one.
const PIXEL: &[u8] = include_bytes!("pixel.png");
/// A thousandth of a second.
const SILENCE: &[u8] = include_bytes!("silence.wav");

fn main() -> ExitCode {
    App::new().server(ServerInfo::new("conformance", env!("CARGO_PKG_VERSION"))).tool(schema::tool()).run()
}
