//! The methods that invoke a function: `tools/call`, `resources/read` and `prompts/get`.

use super::arguments::{self, Arguments};
use super::{Methods, named, text};
use crate::endpoint::reply::JsonRpcError;
use crate::invoker::BoundFunction;
use host_protocol::ToolResult;
use host_protocol::content::AsExtension;
use host_protocol::invocation::{
    Caller, Input, PromptInvocationContext, ResourceInvocationContext, ToolInvocationContext, Trigger,
};
use host_protocol::reply::{FunctionResult, ReturnValue};
use host_protocol::uri::is_readable;
use mcp_trigger_core::accounts::Place;
use mcp_trigger_core::mcp::jsonrpc::Request;
use mcp_trigger_core::task;

impl Methods {
    /// Handles `tools/call`.
    pub(super) async fn call_tool(
        &self,
        request: &Request<'_>,
        caller: impl FnOnce() -> Caller,
        place: Place,
    ) -> Result<String, JsonRpcError> {
        let (name, params) = named(request, "tool", "name")?;
        let given = arguments::rewritten(params)?;
        let arguments = Arguments::read(given.as_deref())?;
        let tool = self.catalog.tool(&name).ok_or_else(|| JsonRpcError::unknown("tool", &name))?;
        let missing = arguments.missing(&tool.required);
        if !missing.is_empty() {
            let message = "One or more required tool properties are missing values. Please provide: ";
            return Err(JsonRpcError::invalid_params(message.to_owned() + &missing.join(", ")));
        }

        let inputs = arguments.inputs(&tool.inputs, &Input::Text(String::new()))?;
        let trigger = Trigger::Tool(ToolInvocationContext::new(&*name, given, caller()));
        let result = self.invoke(&tool.function, trigger, inputs, place).await;
        let (function, use_result_schema) = (tool.function.name.clone(), tool.use_result_schema);
        written(result, move |result| {
            let result = result.and_then(|result| {
                let result = result.into_tool_result(use_result_schema);
                result.inspect_err(|error| tracing::error!("{function}: cannot send its result: {error}")).ok()
            });
            let failure = || ToolResult::error(format!("An error occurred invoking '{name}'."));
            text(&AsExtension(&result.unwrap_or_else(failure)))
        })
        .await
    }

    /// Handles `resources/read`.
    pub(super) async fn read_resource(
        &self,
        request: &Request<'_>,
        caller: impl FnOnce() -> Caller,
        place: Place,
    ) -> Result<String, JsonRpcError> {
        let (uri, _) = named(request, "resource", "uri")?;
        if !is_readable(&uri) {
            return Err(JsonRpcError::internal());
        }
        let found = self.catalog.resource(&uri);
        let (resource, parameters) = found.ok_or_else(|| JsonRpcError::unknown("resource", &uri))?;

        let parameters = parameters.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let trigger = ResourceInvocationContext::new(&*uri, caller()).with_parameters(parameters);
        let result = self.invoke(&resource.function, Trigger::Resource(trigger), Vec::new(), place).await;
        let (function, mime_type) = (resource.function.name.clone(), resource.mime_type.clone());
        written(result, move |result| {
            let result = result.ok_or_else(JsonRpcError::internal)?;
            let contents = result.into_resource_contents(&uri, mime_type.as_deref()).map_err(|error| {
                tracing::error!("{function}: cannot send its contents: {error}");
                JsonRpcError::internal()
            })?;
            let contents = contents.map(|contents| text(&AsExtension(&contents))).transpose()?;
            Ok(format!("{{\"contents\":[{}]}}", contents.unwrap_or_default()))
        })
        .await
    }

    /// Handles `prompts/get`.
    pub(super) async fn get_prompt(
        &self,
        request: &Request<'_>,
        caller: impl FnOnce() -> Caller,
        place: Place,
    ) -> Result<String, JsonRpcError> {
        let (name, params) = named(request, "prompt", "name")?;
        let given = arguments::rewritten(params)?;
        let arguments = Arguments::read(given.as_deref())?;
        let prompt = self.catalog.prompt(&name).ok_or_else(|| JsonRpcError::unknown("prompt", &name))?;
        let missing = arguments.missing(&prompt.required);
        if !missing.is_empty() {
            let message = "One or more required prompt arguments are missing values. Please provide: ";
            return Err(JsonRpcError::invalid_params(message.to_owned() + &missing.join(", ")));
        }

        let inputs = arguments.inputs(&prompt.inputs, &Input::Missing)?;
        let trigger = Trigger::Prompt(PromptInvocationContext::new(name, given, caller()));
        let result = self.invoke(&prompt.function, trigger, inputs, place).await;
        let (function, use_result_schema) = (prompt.function.name.clone(), prompt.use_result_schema);
        written(result, move |result| {
            let result = result.ok_or_else(JsonRpcError::internal)?;
            let result = result.into_prompt_result(use_result_schema).map_err(|error| {
                tracing::error!("{function}: cannot send its result: {error}");
                JsonRpcError::internal()
            })?;
            text(&AsExtension(&result))
        })
        .await
    }

    /// Invokes a function. `None` if it failed, which is logged.
    async fn invoke(
        &self,
        function: &BoundFunction,
        trigger: Trigger,
        inputs: Vec<(String, Input)>,
        place: Place,
    ) -> Option<FunctionResult> {
        let result = self.invoker.invoke(function, trigger, inputs, place).await?;
        // The reason is among the lines that the function logged.
        (!matches!(result.return_value, ReturnValue::Failed(_))).then_some(result)
    }
}

/// Writes the answer of a function, on a thread that may block if the result is long.
async fn written(
    result: Option<FunctionResult>,
    write: impl FnOnce(Option<FunctionResult>) -> Result<String, JsonRpcError> + Send + 'static,
) -> Result<String, JsonRpcError> {
    let length = result.as_ref().map_or(0, |result| result.return_value.size());
    task::work_on(length, move || write(result)).await.map_err(|_| JsonRpcError::internal())?
}
