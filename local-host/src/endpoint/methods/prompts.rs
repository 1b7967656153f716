use super::arguments::Arguments;
use super::{Methods, Refusal, named, text};
use host_protocol::content::AsExtension;
use host_protocol::invocation::{Caller, Input, PromptInvocationContext, Trigger};
use mcp_trigger_core::mcp::jsonrpc::Request;

impl Methods {
    pub(super) async fn get_prompt(
        &self,
        request: &Request<'_>,
        caller: impl FnOnce() -> Caller,
    ) -> Result<String, Refusal> {
        let (name, params) = named(request, "prompt", "name")?;
        let arguments = Arguments::read(params)?;
        let prompt = self.catalog.prompt(&name).ok_or_else(|| Refusal::unknown("prompt", &name))?;
        let missing = arguments.missing(&prompt.required)?;
        if !missing.is_empty() {
            let message = "One or more required prompt arguments are missing values. Please provide: ";
            return Err(Refusal::invalid_params(message.to_owned() + &missing.join(", ")));
        }

        let inputs = arguments.inputs(&prompt.inputs, &Input::Missing)?;
        let trigger = PromptInvocationContext::new(name, arguments.into_json(), caller());
        let result = self.run(&prompt.function, Trigger::Prompt(trigger), inputs).await;
        let result = result.ok_or_else(Refusal::internal)?;
        let result = result.into_prompt_result(prompt.use_result_schema).map_err(|error| {
            tracing::error!("{}: cannot send its result: {error}", prompt.function);
            Refusal::internal()
        })?;
        text(&AsExtension(&result))
    }
}
