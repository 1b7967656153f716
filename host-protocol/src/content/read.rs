//! Content as the extension reads it, with the members that it drops and those on which it fails.

use super::{
    ContentBlock, ContentBody, PromptMessage, PromptResult, ResourceBody, ResourceContents, ResourceLink, Role,
    ToolResult,
};
use crate::json::{RawObject, end_of_string};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::sync::Arc;
use thiserror::Error;

/// A result that the extension cannot read.
///
/// The client gets `An error occurred invoking '…'.` and no reason; a local host can tell the reason to the author of the function.
#[derive(Clone, Debug, Error)]
#[error("{reason}")]
pub struct InvalidResult {
    reason: String,
    source: Option<Arc<serde_json::Error>>,
}

impl InvalidResult {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        InvalidResult { reason: reason.into(), source: None }
    }
}

impl From<serde_json::Error> for InvalidResult {
    fn from(error: serde_json::Error) -> Self {
        InvalidResult { reason: error.to_string(), source: Some(error.into()) }
    }
}

impl ToolResult {
    /// Reads a `CallToolResult` as the extension does: members in any case, without unknown ones.
    ///
    /// # Errors
    ///
    /// If the extension fails on the JSON.
    pub fn read(json: &str) -> Result<Self, InvalidResult> {
        let result = RawObject::parse(json)?;
        Ok(ToolResult {
            content: match result.get_some("content") {
                Some(content) => ContentBlock::read_list(content.get())?,
                None => Vec::new(),
            },
            structured_content: result.get_some("structuredContent").map(ToOwned::to_owned),
            is_error: result.read_ignoring_case("isError")?,
            meta: result.read_ignoring_case("_meta")?,
        })
    }
}

impl ContentBlock {
    /// Reads a list of blocks, as the extension does.
    ///
    /// # Errors
    ///
    /// If the extension fails on the JSON.
    pub fn read_list(json: &str) -> Result<Vec<Self>, InvalidResult> {
        let blocks: Vec<&RawValue> = serde_json::from_str(json)?;
        blocks.into_iter().map(|block| ContentBlock::read(block.get())).collect()
    }

    /// Reads one block, as the extension does.
    ///
    /// # Errors
    ///
    /// If the extension fails on the JSON: a `type` or a required member is missing, or an unknown member holds an object, which the
    /// extension cannot skip.
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
                description: block.read("description")?,
                mime_type: block.read("mimeType")?,
                size: block.read("size")?,
                ..ResourceLink::new(required::<String>(&block, "uri")?, required::<String>(&block, "name")?)
            }),
            other => return Err(InvalidResult::new(format!("there is no content block of type `{other}`"))),
        };
        let meta = match &body {
            ContentBody::ResourceLink(_) => None,
            _ => block.read("_meta")?,
        };
        Ok(ContentBlock { body, meta, annotations: block.read("annotations")? })
    }
}

impl PromptResult {
    /// Reads a `GetPromptResult`, as the extension does.
    ///
    /// # Errors
    ///
    /// If the extension fails on the JSON.
    pub fn read(json: &str) -> Result<Self, InvalidResult> {
        let result = RawObject::parse(json)?;
        Ok(PromptResult {
            description: result.read_ignoring_case("description")?,
            messages: match result.get_some("messages") {
                Some(messages) => PromptMessage::read_list(messages.get())?,
                None => Vec::new(),
            },
            meta: result.read_ignoring_case("_meta")?,
        })
    }
}

impl PromptMessage {
    /// Reads a list of messages, as the extension does.
    ///
    /// # Errors
    ///
    /// If the extension fails on the JSON.
    pub fn read_list(json: &str) -> Result<Vec<Self>, InvalidResult> {
        let messages: Vec<RawObject<'_>> = serde_json::from_str(json)?;
        let read = |message: RawObject<'_>| {
            let content =
                message.get_some("content").ok_or_else(|| InvalidResult::new("a message has no `content`"))?;
            let role = message.read_ignoring_case("role")?.unwrap_or(Role::User);
            Ok(PromptMessage { content: ContentBlock::read(content.get())?, role })
        };
        messages.into_iter().map(read).collect()
    }
}

impl ResourceContents {
    /// Reads the contents of a resource as the extension does. Without a `uri` the address is empty.
    ///
    /// # Errors
    ///
    /// If the extension fails on the JSON.
    pub fn read(json: &str) -> Result<Self, InvalidResult> {
        let resource = RawObject::parse(json)?;
        no_unknown_objects(&resource, &["uri", "mimeType", "blob", "text", "_meta"], "a resource")?;
        let body = match (resource.read("blob")?, resource.read("text")?) {
            (Some(blob), _) => ResourceBody::Blob(blob),
            (None, Some(text)) => ResourceBody::Text(text),
            (None, None) => return Err(InvalidResult::new("a resource has neither `text` nor `blob`")),
        };
        let uri: Option<String> = resource.read("uri")?;
        Ok(ResourceContents {
            mime_type: resource.read("mimeType")?,
            meta: resource.read("_meta")?,
            ..ResourceContents::new(uri.unwrap_or_default(), body)
        })
    }
}

/// The extension's reader skips an unknown member token by token, and takes the end of an object in there for its own end.
fn no_unknown_objects(object: &RawObject<'_>, known: &[&str], what: &str) -> Result<(), InvalidResult> {
    match object.iter().find(|(name, value)| !known.contains(name) && holds_object(value.get())) {
        Some((name, _)) => {
            Err(InvalidResult::new(format!("{what} has a member `{name}`, which the extension cannot read")))
        }
        None => Ok(()),
    }
}

/// Whether a JSON value is an object, or an array with an object at any depth.
fn holds_object(json: &str) -> bool {
    let mut rest = json;
    while let Some(at) = rest.find(['{', '"']) {
        let found = &rest[at..];
        if found.starts_with('{') {
            return true;
        }
        rest = &found[end_of_string(found).unwrap_or(found.len())..];
    }
    false
}

fn required<'a, T: Deserialize<'a>>(object: &RawObject<'a>, name: &str) -> Result<T, InvalidResult> {
    object.read(name)?.ok_or_else(|| InvalidResult::new(format!("a content block has no `{name}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_found_at_any_depth() {
        for json in ["{}", "[1,[[{}]]]", r#"["\"{",{}]"#] {
            assert!(holds_object(json), "{json}");
        }
        for json in ["1", r#""{}""#, r#"[["{","\\"],["\"{"]]"#] {
            assert!(!holds_object(json), "{json}");
        }
        assert!(!holds_object(&("[".repeat(1_000_000) + &"]".repeat(1_000_000))));
    }
}
