use super::{Annotations, Body, ContentBlock, Meta, ResourceBody, ToolResult};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A tool result as the MCP extension writes it, and as it can read it.
///
/// Its SDK knows fewer members than MCP has today: a link has neither `title` nor `_meta` there, and a resource always has a
/// `mimeType`, if only `null` (recordings/results.jsonl, "envtool env_multi"). Some it does not know make it fail. Written this
/// way, a result reads back as it was.
#[derive(Clone, Copy, Debug)]
pub struct AsExtension<'a>(pub &'a ToolResult);

impl Serialize for AsExtension<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Result<'a> {
            content: Vec<Block<'a>>,
            #[serde(skip_serializing_if = "Option::is_none")]
            structured_content: Option<&'a RawValue>,
            #[serde(skip_serializing_if = "Option::is_none")]
            is_error: Option<bool>,
            #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
            meta: Option<&'a Meta>,
        }

        let ToolResult { content, structured_content, is_error, meta } = self.0;
        Result {
            content: content.iter().map(Block).collect(),
            structured_content: structured_content.as_deref(),
            is_error: *is_error,
            meta: meta.as_ref(),
        }
        .serialize(serializer)
    }
}

struct Block<'a>(&'a ContentBlock);

impl Serialize for Block<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let ContentBlock { body, meta, annotations } = self.0;
        match body {
            Body::Text { .. } | Body::Image { .. } | Body::Audio { .. } => self.0.serialize(serializer),
            Body::Resource { resource } => Embedded {
                r#type: "resource",
                resource: Contents {
                    uri: &resource.uri,
                    mime_type: resource.mime_type.as_deref(),
                    body: &resource.body,
                    meta: resource.meta.as_ref(),
                },
                meta: meta.as_ref(),
                annotations: annotations.as_ref(),
            }
            .serialize(serializer),
            Body::ResourceLink(link) => Link {
                r#type: "resource_link",
                uri: &link.uri,
                name: &link.name,
                description: link.description.as_deref(),
                mime_type: link.mime_type.as_deref(),
                size: link.size,
                annotations: annotations.as_ref(),
            }
            .serialize(serializer),
        }
    }
}

#[derive(Serialize)]
struct Embedded<'a> {
    r#type: &'static str,
    resource: Contents<'a>,
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    meta: Option<&'a Meta>,
    #[serde(skip_serializing_if = "Option::is_none")]
    annotations: Option<&'a Annotations>,
}

#[derive(Serialize)]
struct Contents<'a> {
    uri: &'a str,
    #[serde(rename = "mimeType")]
    mime_type: Option<&'a str>,
    #[serde(flatten)]
    body: &'a ResourceBody,
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    meta: Option<&'a Meta>,
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
