//! App folders, read and started in the test's own process.

use host_protocol::invocation::{LazyCaller, ToolInvocationContext, Trigger};
use host_protocol::{FunctionResult, Invocation};
use local_host::{AppError, AppFolder, HandlerProcess, InvokeError, Invoker as _};
use std::ffi::OsString;
use std::path::Path;
use std::sync::Arc;

/// Reads an app that sees these variables beside those of the test.
pub(crate) fn read(root: &Path, variables: &[(&str, &str)]) -> Result<AppFolder, AppError> {
    let outside = std::env::vars_os().filter(|(name, _)| name != "FUNCTIONS_CUSTOMHANDLER_PORT");
    let variables = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
    AppFolder::read(root, variables.chain(outside))
}

/// Reads an app and starts its handler.
pub(crate) async fn start(
    root: &Path,
    variables: &[(&str, &str)],
) -> Result<(AppFolder, Arc<HandlerProcess>), AppError> {
    let app = read(root, variables)?;
    let process = HandlerProcess::start(&app).await?;
    Ok((app, Arc::new(process)))
}

/// Calls a tool's function.
pub(crate) async fn call(process: &HandlerProcess, function: &str) -> Result<FunctionResult, InvokeError> {
    let trigger = ToolInvocationContext::new(function, None, LazyCaller::default());
    let id = "7b3f1a52-0000-4000-8000-000000000000";
    let invocation = Invocation::new(id, function.to_owned(), Trigger::Tool(trigger));
    process.invoke(invocation).await
}

/// The text that a function returned.
pub(crate) fn text(result: FunctionResult) -> String {
    let result = result.into_tool_result(false).unwrap();
    result.content[0].as_text().unwrap().to_owned()
}

/// The function.json of a tool.
pub(crate) fn tool(name: &str) -> String {
    let bindings = serde_json::json!({ "bindings": [
        { "type": "mcpToolTrigger", "direction": "in", "name": "toolTrigger", "toolName": name, "description": "Does something." }
    ] });
    bindings.to_string()
}
