//! Typed views of the MCP triggers.

use serde_json::Value;

use super::{Binding, Direction, InvalidMember, ToolProperty};

/// The type of a tool's trigger.
pub const TOOL_TRIGGER: &str = "mcpToolTrigger";
/// The type of a resource's trigger.
pub const RESOURCE_TRIGGER: &str = "mcpResourceTrigger";
/// The type of a prompt's trigger.
pub const PROMPT_TRIGGER: &str = "mcpPromptTrigger";
/// The type of an input binding that holds one argument of a tool.
pub const TOOL_PROPERTY: &str = "mcpToolProperty";
/// The type of an input binding that holds one argument of a prompt.
pub const PROMPT_ARGUMENT: &str = "mcpPromptArgument";

/// A binding of the type `mcpToolTrigger`: the declaration of a tool.
///
/// Structured members (`input_schema`, …) are JSON as text, as in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolTrigger {
    /// The binding's name. The default ends in `Trigger`, so that the host leaves a copy out of every request (recorded).
    pub name: String,
    /// The name for clients.
    pub tool_name: String,
    /// The description of the tool. The host requires it, but accepts an empty one.
    pub description: String,
    /// Whether the extension reads `input_schema`, instead of `tool_properties`.
    pub use_worker_input_schema: bool,
    /// A JSON Schema of type `object`.
    pub input_schema: Option<String>,
    /// The arguments, for extensions that do not know `input_schema`.
    pub tool_properties: Vec<ToolProperty>,
    /// A JSON Schema of type `object` for the structured result.
    pub output_schema: Option<String>,
    /// A JSON object, listed as `_meta`.
    pub metadata: Option<String>,
    /// Whether the extension reads an envelope in the reply, instead of plain text.
    pub use_result_schema: bool,
}

impl ToolTrigger {
    /// The default name of the binding. [`Invocation::decode`](crate::Invocation::decode) needs the name.
    pub const NAME: &str = "toolTrigger";

    /// A tool without arguments whose result is plain text.
    pub fn new(tool_name: impl Into<String>, description: impl Into<String>) -> Self {
        Self {
            name: Self::NAME.to_owned(),
            tool_name: tool_name.into(),
            description: description.into(),
            use_worker_input_schema: false,
            input_schema: None,
            tool_properties: Vec::new(),
            output_schema: None,
            metadata: None,
            use_result_schema: false,
        }
    }
}

impl From<ToolTrigger> for Binding {
    fn from(tool: ToolTrigger) -> Self {
        let properties = Some(tool.tool_properties).filter(|list| !list.is_empty());
        let binding = Binding::new(TOOL_TRIGGER, Direction::In, tool.name)
            .with("toolName", tool.tool_name)
            .with("description", tool.description);
        let binding = switch(binding, "useWorkerInputSchema", tool.use_worker_input_schema);
        let binding = optional(binding, "inputSchema", tool.input_schema);
        let binding = optional(binding, "toolProperties", properties.map(|list| ToolProperty::write_list(&list)));
        let binding = optional(binding, "outputSchema", tool.output_schema);
        let binding = optional(binding, "metadata", tool.metadata);
        switch(binding, "useResultSchema", tool.use_result_schema)
    }
}

impl TryFrom<&Binding> for ToolTrigger {
    type Error = InvalidMember;

    fn try_from(binding: &Binding) -> Result<Self, InvalidMember> {
        let use_worker_input_schema = binding.flag("useWorkerInputSchema")?;
        let tool_properties = match binding.text("toolProperties")? {
            // The extension ignores them then.
            Some(text) if !use_worker_input_schema => {
                ToolProperty::read_list(&text).map_err(|error| InvalidMember::list("toolProperties", error))?
            }
            Some(text) => ToolProperty::read_list(&text).unwrap_or_default(),
            None => Vec::new(),
        };
        Ok(Self {
            name: binding.name.clone(),
            tool_name: required(binding, "toolName")?,
            description: required(binding, "description")?,
            use_worker_input_schema,
            input_schema: binding.text("inputSchema")?,
            tool_properties,
            output_schema: binding.text("outputSchema")?,
            metadata: binding.text("metadata")?,
            use_result_schema: binding.flag("useResultSchema")?,
        })
    }
}

/// A binding of the type `mcpResourceTrigger`: the declaration of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResourceTrigger {
    /// The binding's name.
    pub name: String,
    /// A URI or a template; [`UriTemplate`](crate::uri::UriTemplate) has the rules.
    pub uri: String,
    /// The name for clients.
    pub resource_name: String,
    /// A title for people.
    pub title: Option<String>,
    /// The description of the resource.
    pub description: Option<String>,
    /// The MIME type of what is read.
    pub mime_type: Option<String>,
    /// The size in bytes. The host drops it (recorded).
    pub size: Option<i64>,
    /// A JSON object, listed as `_meta`.
    pub metadata: Option<String>,
}

impl ResourceTrigger {
    /// The default name of the binding. [`Invocation::decode`](crate::Invocation::decode) needs the name.
    pub const NAME: &str = "resourceTrigger";

    /// A resource with nothing but an address and a name.
    pub fn new(uri: impl Into<String>, resource_name: impl Into<String>) -> Self {
        Self {
            name: Self::NAME.to_owned(),
            uri: uri.into(),
            resource_name: resource_name.into(),
            title: None,
            description: None,
            mime_type: None,
            size: None,
            metadata: None,
        }
    }
}

impl From<ResourceTrigger> for Binding {
    fn from(resource: ResourceTrigger) -> Self {
        let binding = Binding::new(RESOURCE_TRIGGER, Direction::In, resource.name)
            .with("uri", resource.uri)
            .with("resourceName", resource.resource_name);
        let binding = optional(binding, "title", resource.title);
        let binding = optional(binding, "description", resource.description);
        let binding = optional(binding, "mimeType", resource.mime_type);
        let binding = optional(binding, "size", resource.size);
        optional(binding, "metadata", resource.metadata)
    }
}

impl TryFrom<&Binding> for ResourceTrigger {
    type Error = InvalidMember;

    fn try_from(binding: &Binding) -> Result<Self, InvalidMember> {
        Ok(Self {
            name: binding.name.clone(),
            uri: required(binding, "uri")?,
            resource_name: required(binding, "resourceName")?,
            title: binding.text("title")?,
            description: binding.text("description")?,
            mime_type: binding.text("mimeType")?,
            size: binding.get("size").and_then(Value::as_i64),
            metadata: binding.text("metadata")?,
        })
    }
}

/// A binding of the type `mcpPromptTrigger`: the declaration of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PromptTrigger {
    /// The binding's name.
    pub name: String,
    /// The name for clients.
    pub prompt_name: String,
    /// A title for people.
    pub title: Option<String>,
    /// The description of the prompt.
    pub description: Option<String>,
    /// A JSON array; [`PromptArgument::read_list`](super::PromptArgument::read_list) reads it.
    pub prompt_arguments: Option<String>,
    /// A JSON array; [`Icon::read_list`](super::Icon::read_list) reads it.
    pub icons: Option<String>,
    /// A JSON object, listed as `_meta`.
    pub metadata: Option<String>,
    /// Whether the extension reads an envelope in the reply, instead of plain text.
    pub use_result_schema: bool,
}

impl PromptTrigger {
    /// The default name of the binding. [`Invocation::decode`](crate::Invocation::decode) needs the name.
    pub const NAME: &str = "promptTrigger";

    /// A prompt without arguments whose result is plain text.
    pub fn new(prompt_name: impl Into<String>) -> Self {
        Self {
            name: Self::NAME.to_owned(),
            prompt_name: prompt_name.into(),
            title: None,
            description: None,
            prompt_arguments: None,
            icons: None,
            metadata: None,
            use_result_schema: false,
        }
    }
}

impl From<PromptTrigger> for Binding {
    fn from(prompt: PromptTrigger) -> Self {
        let binding = Binding::new(PROMPT_TRIGGER, Direction::In, prompt.name).with("promptName", prompt.prompt_name);
        let binding = optional(binding, "title", prompt.title);
        let binding = optional(binding, "description", prompt.description);
        let binding = optional(binding, "promptArguments", prompt.prompt_arguments);
        let binding = optional(binding, "icons", prompt.icons);
        let binding = optional(binding, "metadata", prompt.metadata);
        switch(binding, "useResultSchema", prompt.use_result_schema)
    }
}

impl TryFrom<&Binding> for PromptTrigger {
    type Error = InvalidMember;

    fn try_from(binding: &Binding) -> Result<Self, InvalidMember> {
        Ok(Self {
            name: binding.name.clone(),
            prompt_name: required(binding, "promptName")?,
            title: binding.text("title")?,
            description: binding.text("description")?,
            prompt_arguments: binding.text("promptArguments")?,
            icons: binding.text("icons")?,
            metadata: binding.text("metadata")?,
            use_result_schema: binding.flag("useResultSchema")?,
        })
    }
}

fn required(binding: &Binding, member: &str) -> Result<String, InvalidMember> {
    binding.text(member)?.ok_or_else(|| InvalidMember::new(member, "is missing"))
}

fn optional(binding: Binding, member: &str, value: Option<impl Into<Value>>) -> Binding {
    match value {
        Some(value) => binding.with(member, value),
        None => binding,
    }
}

fn switch(binding: Binding, member: &str, on: bool) -> Binding {
    if on { binding.with(member, true) } else { binding }
}
