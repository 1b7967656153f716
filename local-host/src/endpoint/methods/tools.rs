use super::arguments::Arguments;
use super::{Methods, Refusal, named, text};
use host_protocol::ToolResult;
use host_protocol::content::AsExtension;
use host_protocol::invocation::{Caller, Input, ToolInvocationContext, Trigger};
use mcp_trigger_core::mcp::jsonrpc::Request;

impl Methods {
    pub(super) async fn call_tool(
        &self,
        request: &Request<'_>,
        caller: impl FnOnce() -> Caller,
    ) -> Result<String, Refusal> {
        let (name, params) = named(request, "tool", "name")?;
        let arguments = Arguments::read(params)?;
        let tool = self.catalog.tool(&name).ok_or_else(|| Refusal::unknown("tool", &name))?;
        let missing = arguments.missing(&tool.required)?;
        if !missing.is_empty() {
            let message = "One or more required tool properties are missing values. Please provide: ";
            return Err(Refusal::invalid_params(message.to_owned() + &missing.join(", ")));
        }

        let inputs = arguments.inputs(&tool.inputs, &Input::Text(String::new()))?;
        let trigger = ToolInvocationContext::new(&*name, arguments.into_json(), caller());
        let result = self.run(&tool.function, Trigger::Tool(trigger), inputs).await;
        let result = result.and_then(|result| {
            let result = result.into_tool_result(tool.use_result_schema);
            result.inspect_err(|error| tracing::error!("{}: cannot send its result: {error}", tool.function)).ok()
        });
        let failure = || ToolResult::error(format!("An error occurred invoking '{name}'."));
        text(&AsExtension(&result.unwrap_or_else(failure)))
    }
}
