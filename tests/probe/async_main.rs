//! An app whose `main` is `async`.

use mcp_trigger::{App, ExitCode, mcp_tool};

/// Says hello.
#[mcp_tool(function = "Hello")]
fn hello() -> &'static str {
    "hello"
}

#[tokio::main]
async fn main() -> ExitCode {
    match std::env::var("PROBE_RUN") {
        Ok(_) => App::new().run(),
        Err(_) => App::new().run_async().await,
    }
}
