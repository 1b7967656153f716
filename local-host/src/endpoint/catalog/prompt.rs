//! Prompts: the part that a call needs, and the listing.

use crate::invoker::BoundFunction;
use host_protocol::function_json::{Binding, FunctionJson, Icon, PROMPT_ARGUMENT, PromptArgument, PromptTrigger};
use host_protocol::json::system_text;
use serde::Serialize;
use serde_json::Value;

/// A prompt, as asking for it needs it.
pub(crate) struct Prompt {
    pub(crate) function: BoundFunction,
    /// The name in its listing.
    pub(super) name: String,
    /// The names of required arguments.
    pub(crate) required: Vec<String>,
    /// Whether the function returns its result in an envelope.
    pub(crate) use_result_schema: bool,
    /// The input bindings that each hold one argument: the name of the binding and that of the argument.
    pub(crate) inputs: Vec<(String, String)>,
}

/// A prompt and its listing; `None` if the trigger is in error.
pub(super) fn read(function: BoundFunction, trigger: &Binding, file: &FunctionJson) -> Option<(Prompt, String)> {
    #[derive(Serialize)]
    struct PromptListing<'a> {
        name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        title: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        description: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        arguments: Option<&'a [PromptArgument]>,
        #[serde(skip_serializing_if = "Option::is_none")]
        icons: Option<&'a [Icon]>,
        #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
        meta: Option<Value>,
    }

    let trigger = PromptTrigger::try_from(trigger).ok()?;
    let arguments = trigger.prompt_arguments.as_deref().map(PromptArgument::read_list).transpose().ok()?;
    let icons = trigger.icons.as_deref().map(Icon::read_list).transpose().ok()?;
    let listing = PromptListing {
        name: &trigger.prompt_name,
        title: trigger.title.as_deref(),
        description: trigger.description.as_deref(),
        arguments: arguments.as_deref(),
        icons: icons.as_deref(),
        meta: super::meta(trigger.metadata).ok()?,
    };
    let listing = system_text::to_string(&listing).ok()?;
    let required = arguments.into_iter().flatten().filter(|argument| argument.required == Some(true));
    let prompt = Prompt {
        required: required.map(|argument| argument.name).collect(),
        use_result_schema: trigger.use_result_schema,
        inputs: super::argument_inputs(file, PROMPT_ARGUMENT, "argumentName"),
        name: trigger.prompt_name,
        function,
    };
    Some((prompt, listing))
}
