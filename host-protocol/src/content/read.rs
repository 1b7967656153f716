//! How the extension reads content: what it takes, what it drops, and what it fails on.

use super::{
    ContentBlock, ContentBody, PromptMessage, PromptResult, ResourceBody, ResourceContents, ResourceLink, Role,
    ToolResult,
};
use crate::json::RawObject;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::fmt;

/// Why the extension cannot read a result. The client gets `An error occurred invoking '…'.` and nothing of this; a local
/// host can tell who wrote the function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidResult(String);

impl InvalidResult {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        InvalidResult(why.into())
    }
}

impl fmt::Display for InvalidResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidResult {}

impl From<serde_json::Error> for InvalidResult {
    fn from(error: serde_json::Error) -> Self {
        InvalidResult(error.to_string())
    }
}

impl ToolResult {
    /// Reads a `CallToolResult`, as the extension does: members in any case, unknown ones dropped.
    ///
    /// # Errors
    ///
    /// When the extension fails on it.
    pub fn read(json: &str) -> Result<Self, InvalidResult> {
        let result = RawObject::parse(json)?;
        Ok(ToolResult {
            content: match result.get_some("content") {
                Some(content) => ContentBlock::read_list(content.get())?,
                None => Vec::new(),
            },
            structured_content: result.get_some("structuredContent").map(ToOwned::to_owned),
            is_error: optional(result.get_some("isError"))?,
            meta: optional(result.get_some("_meta"))?,
        })
    }
}

impl ContentBlock {
    /// Reads a list of blocks, as the extension does.
    ///
    /// # Errors
    ///
    /// When the extension fails on it.
    pub fn read_list(json: &str) -> Result<Vec<Self>, InvalidResult> {
        let blocks: Vec<&RawValue> = serde_json::from_str(json)?;
        blocks.into_iter().map(|block| ContentBlock::read(block.get())).collect()
    }

    /// Reads one block, as the extension does.
    ///
    /// # Errors
    ///
    /// When the extension fails on it: a `type` or a required member is missing, or a member that its reader does not know
    /// holds an object, past which it cannot find its way.
    pub fn read(json: &str) -> Result<Self, InvalidResult> {
        const KNOWN: &[&str] = &[
            "type",
            "text",
            "name",
            "data",
            "mimeType",
            "uri",
            "description",
            "size",
            "resource",
            "annotations",
            "_meta",
        ];
        let block = RawObject::parse(json)?;
        no_unknown_objects(&block, KNOWN, "a content block")?;
        let kind: String = required(&block, "type")?;
        let body = match kind.as_str() {
            "text" => ContentBody::Text { text: required(&block, "text")? },
            "image" => ContentBody::Image { data: required(&block, "data")?, mime_type: required(&block, "mimeType")? },
            "audio" => ContentBody::Audio { data: required(&block, "data")?, mime_type: required(&block, "mimeType")? },
            "resource" => match block.get("resource") {
                Some(resource) => ContentBody::Resource { resource: ResourceContents::read(resource.get())? },
                None => return Err(InvalidResult::new("a `resource` block has no `resource`")),
            },
            "resource_link" => ContentBody::ResourceLink(ResourceLink {
                description: optional(block.get("description"))?,
                mime_type: optional(block.get("mimeType"))?,
                size: optional(block.get("size"))?,
                ..ResourceLink::new(required::<String>(&block, "uri")?, required::<String>(&block, "name")?)
            }),
            other => return Err(InvalidResult::new(format!("there is no content block of type `{other}`"))),
        };
        let meta = match &body {
            ContentBody::ResourceLink(_) => None,
            _ => optional(block.get("_meta"))?,
        };
        Ok(ContentBlock { body, meta, annotations: optional(block.get("annotations"))? })
    }
}

impl PromptResult {
    /// Reads a `GetPromptResult`, as the extension does.
    ///
    /// # Errors
    ///
    /// When the extension fails on it.
    pub fn read(json: &str) -> Result<Self, InvalidResult> {
        let result = RawObject::parse(json)?;
        Ok(PromptResult {
            description: optional(result.get_some("description"))?,
            messages: match result.get_some("messages") {
                Some(messages) => PromptMessage::read_list(messages.get())?,
                None => Vec::new(),
            },
            meta: optional(result.get_some("_meta"))?,
        })
    }
}

impl PromptMessage {
    /// Reads a list of messages, as the extension does.
    ///
    /// # Errors
    ///
    /// When the extension fails on it.
    pub fn read_list(json: &str) -> Result<Vec<Self>, InvalidResult> {
        let messages: Vec<RawObject<'_>> = serde_json::from_str(json)?;
        let read = |message: RawObject<'_>| {
            let content =
                message.get_some("content").ok_or_else(|| InvalidResult::new("a message has no `content`"))?;
            let role = optional(message.get_some("role"))?.unwrap_or(Role::User);
            Ok(PromptMessage { content: ContentBlock::read(content.get())?, role })
        };
        messages.into_iter().map(read).collect()
    }
}

impl ResourceContents {
    /// Reads the contents of a resource, as the extension does; without a `uri` it is empty.
    ///
    /// # Errors
    ///
    /// When the extension fails on it.
    pub fn read(json: &str) -> Result<Self, InvalidResult> {
        let resource = RawObject::parse(json)?;
        no_unknown_objects(&resource, &["uri", "mimeType", "blob", "text", "_meta"], "a resource")?;
        let body = match (optional(resource.get("blob"))?, optional(resource.get("text"))?) {
            (Some(blob), _) => ResourceBody::Blob(blob),
            (None, Some(text)) => ResourceBody::Text(text),
            (None, None) => return Err(InvalidResult::new("a resource has neither `text` nor `blob`")),
        };
        let uri: Option<String> = optional(resource.get("uri"))?;
        Ok(ResourceContents {
            mime_type: optional(resource.get("mimeType"))?,
            meta: optional(resource.get("_meta"))?,
            ..ResourceContents::new(uri.unwrap_or_default(), body)
        })
    }
}

/// The extension's reader steps over an unknown member token by token, and takes the end of an object in there for its own.
fn no_unknown_objects(object: &RawObject<'_>, known: &[&str], what: &str) -> Result<(), InvalidResult> {
    match object.iter().find(|(name, value)| !known.contains(name) && holds_object(value.get())) {
        Some((name, _)) => {
            Err(InvalidResult::new(format!("{what} has a member `{name}`, which the extension cannot read")))
        }
        None => Ok(()),
    }
}

fn holds_object(json: &str) -> bool {
    match json.as_bytes().first() {
        Some(b'{') => true,
        Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(json)
            .is_ok_and(|items| items.iter().any(|item| holds_object(item.get()))),
        _ => false,
    }
}

fn required<T: DeserializeOwned>(object: &RawObject<'_>, name: &str) -> Result<T, InvalidResult> {
    optional(object.get(name))?.ok_or_else(|| InvalidResult::new(format!("a content block has no `{name}`")))
}

fn optional<T: DeserializeOwned>(value: Option<&RawValue>) -> Result<Option<T>, InvalidResult> {
    Ok(value.map(|value| serde_json::from_str::<Option<T>>(value.get())).transpose()?.flatten())
}
