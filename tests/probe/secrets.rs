//! Functions of all kinds that fail with what is for the log alone, and log with `tracing`.

use mcp_trigger::{
    App, Completion, Context, DynamicTool, PromptError, ResourceError, ToolError, mcp_prompt, mcp_resource, mcp_tool,
};
use serde_json::{Map, Value};

/// Logs in both ways, and fails.
#[mcp_tool(function = "KeepSecrets", task)]
async fn keep_secrets(how: String, cx: &Context) -> Result<(), ToolError> {
    cx.info("for everybody");
    tracing::error!("the secret of tracing");
    tracing::warn!(target: "another_crate", "the secret of another crate");
    tokio::task::yield_now().await;
    match how.as_str() {
        "panic" => panic!("the secret of the panic"),
        _ => Err(ToolError::private("the secret of the error")),
    }
}

/// Fails.
#[mcp_resource("secret://{how}", function = "SecretResource")]
async fn secret_resource(how: String) -> Result<String, ResourceError> {
    tracing::error!("the secret of tracing");
    match how.as_str() {
        "panic" => panic!("the secret of the panic"),
        _ => Err(ResourceError::private("the secret of the error")),
    }
}

async fn places(completion: &Completion<'_>) -> Result<Vec<String>, PromptError> {
    tracing::error!("the secret of tracing");
    match completion.typed() {
        "panic" => panic!("the secret of the panic"),
        _ => Err(PromptError::private("the secret of the error")),
    }
}

/// Fails.
#[mcp_prompt(function = "SecretPrompt")]
async fn secret_prompt(#[arg(complete = places)] how: String) -> Result<String, PromptError> {
    tracing::error!("the secret of tracing");
    match how.as_str() {
        "panic" => panic!("the secret of the panic"),
        _ => Err(PromptError::private("the secret of the error")),
    }
}

/// Adds a tool without a macro that fails.
pub(crate) fn add(app: App) -> App {
    app.tool(DynamicTool::new("dynamic_secrets", |arguments: Map<String, Value>| async move {
        tracing::error!("the secret of tracing");
        match arguments["how"].as_str() {
            Some("panic") => panic!("the secret of the panic"),
            _ => Err::<String, _>(ToolError::private("the secret of the error")),
        }
    }))
}
