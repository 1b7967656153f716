use host_protocol::function_json::{Binding, FunctionJson, Icon, PROMPT_ARGUMENT, PromptArgument, PromptTrigger};
use host_protocol::json::system_text;
use serde::Serialize;
use serde_json::Value;

/// A prompt, as asking for it needs it.
pub(in crate::local) struct Prompt {
    /// The function behind it.
    pub(in crate::local) function: String,
    /// The name in its listing.
    pub(super) name: String,
    /// What a client has to give.
    pub(in crate::local) required: Vec<String>,
    /// Whether its result comes in an envelope.
    pub(in crate::local) use_result_schema: bool,
    /// The input bindings that each hold one argument: the binding's name and the argument's.
    pub(in crate::local) inputs: Vec<(String, String)>,
}

/// A prompt and its listing; `None` if the trigger is in error.
pub(super) fn read(function: String, trigger: &Binding, file: &FunctionJson) -> Option<(Prompt, String)> {
    #[derive(Serialize)]
    struct Listing<'a> {
        name: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        title: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        description: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        arguments: Option<Vec<ListedArgument<'a>>>,
        #[serde(skip_serializing_if = "Option::is_none")]
        icons: Option<Vec<ListedIcon<'a>>>,
        #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
        meta: Option<Value>,
    }

    let trigger = PromptTrigger::try_from(trigger).ok()?;
    let arguments = trigger.prompt_arguments.as_deref().map(PromptArgument::read_list).transpose().ok()?;
    let icons = trigger.icons.as_deref().map(Icon::read_list).transpose().ok()?;
    let listing = Listing {
        name: &trigger.prompt_name,
        title: trigger.title.as_deref(),
        description: trigger.description.as_deref(),
        arguments: arguments.as_deref().map(|list| list.iter().map(ListedArgument::new).collect()),
        icons: icons.as_deref().map(|list| list.iter().map(ListedIcon::new).collect()),
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

#[derive(Serialize)]
struct ListedArgument<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    required: Option<bool>,
}

impl<'a> ListedArgument<'a> {
    fn new(argument: &'a PromptArgument) -> Self {
        let PromptArgument { name, title, description, required } = argument;
        ListedArgument { name, title: title.as_deref(), description: description.as_deref(), required: *required }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ListedIcon<'a> {
    src: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mime_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sizes: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    theme: Option<&'a str>,
}

impl<'a> ListedIcon<'a> {
    fn new(icon: &'a Icon) -> Self {
        let Icon { src, mime_type, sizes, theme } = icon;
        ListedIcon { src, mime_type: mime_type.as_deref(), sizes: sizes.as_deref(), theme: theme.as_deref() }
    }
}
