//! Content as the MCP extension writes it.

use super::{
    Annotations, ContentBlock, ContentBody, Meta, PromptMessage, PromptResult, ResourceBody, ResourceContents, Role,
    ToolResult,
};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// Content in the form that the MCP extension writes and reads.
///
/// The extension's SDK knows fewer members than MCP has today: a link has neither `title` nor `_meta` there, and a resource always
/// has a `mimeType`, if only `null` (recordings/results.jsonl, "envtool env_multi"). The extension fails on some unknown members.
/// In this form it reads all content.
#[derive(Clone, Copy, Debug)]
pub struct AsExtension<'a, T>(pub &'a T);

impl Serialize for AsExtension<'_, ToolResult> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct View<'a> {
            content: List<'a, ContentBlock>,
            #[serde(skip_serializing_if = "Option::is_none")]
            structured_content: Option<&'a RawValue>,
            #[serde(skip_serializing_if = "Option::is_none")]
            is_error: Option<bool>,
            #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
            meta: Option<&'a Meta>,
        }

        let ToolResult { content, structured_content, is_error, meta } = self.0;
        let (structured_content, meta) = (structured_content.as_deref(), meta.as_ref());
        View { content: List(content), structured_content, is_error: *is_error, meta }.serialize(serializer)
    }
}

impl Serialize for AsExtension<'_, PromptResult> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct View<'a> {
            #[serde(skip_serializing_if = "Option::is_none")]
            description: Option<&'a String>,
            messages: List<'a, PromptMessage>,
            #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
            meta: Option<&'a Meta>,
        }

        let PromptResult { description, messages, meta } = self.0;
        View { description: description.as_ref(), messages: List(messages), meta: meta.as_ref() }.serialize(serializer)
    }
}

impl Serialize for AsExtension<'_, PromptMessage> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct View<'a> {
            content: AsExtension<'a, ContentBlock>,
            role: Role,
        }

        View { content: AsExtension(&self.0.content), role: self.0.role }.serialize(serializer)
    }
}

impl Serialize for AsExtension<'_, ResourceContents> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct View<'a> {
            uri: &'a str,
            #[serde(rename = "mimeType")]
            mime_type: Option<&'a str>,
            #[serde(flatten)]
            body: &'a ResourceBody,
            #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
            meta: Option<&'a Meta>,
        }

        let ResourceContents { uri, mime_type, body, meta } = self.0;
        View { uri, mime_type: mime_type.as_deref(), body, meta: meta.as_ref() }.serialize(serializer)
    }
}

impl Serialize for AsExtension<'_, ContentBlock> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Embedded<'a> {
            r#type: &'static str,
            resource: AsExtension<'a, ResourceContents>,
            #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
            meta: Option<&'a Meta>,
            #[serde(skip_serializing_if = "Option::is_none")]
            annotations: Option<&'a Annotations>,
        }
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Link<'a> {
            r#type: &'static str,
            uri: &'a str,
            name: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            description: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            mime_type: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            size: Option<i64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            annotations: Option<&'a Annotations>,
        }

        let ContentBlock { body, meta, annotations } = self.0;
        let (meta, annotations) = (meta.as_ref(), annotations.as_ref());
        match body {
            ContentBody::Text { .. } | ContentBody::Image { .. } | ContentBody::Audio { .. } => {
                self.0.serialize(serializer)
            }
            ContentBody::Resource { resource } => {
                let resource = AsExtension(resource);
                Embedded { r#type: "resource", resource, meta, annotations }.serialize(serializer)
            }
            ContentBody::ResourceLink(link) => Link {
                r#type: "resource_link",
                uri: &link.uri,
                name: &link.name,
                description: link.description.as_deref(),
                mime_type: link.mime_type.as_deref(),
                size: link.size,
                annotations,
            }
            .serialize(serializer),
        }
    }
}

struct List<'a, T>(&'a [T]);

impl<'a, T> Serialize for List<'a, T>
where
    AsExtension<'a, T>: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(AsExtension))
    }
}
