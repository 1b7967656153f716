//! Contents of resources, and links to resources.

use super::Meta;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Serialize;

/// The contents of a resource, as the result of reading it or embedded in a block: MCP's `ResourceContents`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ResourceContents {
    /// The address of the resource.
    pub uri: String,
    /// The MIME type, for example `text/markdown`.
    #[serde(rename = "mimeType", skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// The contents.
    #[serde(flatten)]
    pub body: ResourceBody,
    /// `_meta`: more about the resource, for clients that know its names.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
}

impl ResourceContents {
    /// The contents of the resource at an address.
    pub fn new(uri: impl Into<String>, body: ResourceBody) -> Self {
        ResourceContents { uri: uri.into(), mime_type: None, body, meta: None }
    }

    /// Sets the MIME type.
    #[must_use]
    pub fn with_mime_type(mut self, mime_type: impl Into<String>) -> Self {
        self.mime_type = Some(mime_type.into());
        self
    }

    /// The contents with the address that the client asked for and the declared MIME type, where the contents themselves name
    /// none or an empty one.
    #[must_use]
    pub fn or_declared(mut self, uri: &str, mime_type: Option<&str>) -> Self {
        if self.uri.is_empty() {
            uri.clone_into(&mut self.uri);
        }
        if self.mime_type.as_ref().is_none_or(String::is_empty) {
            self.mime_type = mime_type.map(str::to_owned);
        }
        self
    }
}

/// The contents themselves: text or bytes.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ResourceBody {
    /// Text.
    Text(String),
    /// Bytes, base64 encoded.
    Blob(String),
}

impl ResourceBody {
    /// A body of bytes.
    pub fn bytes(bytes: impl AsRef<[u8]>) -> Self {
        ResourceBody::Blob(BASE64_STANDARD.encode(bytes))
    }
}

/// A link to a resource that the client can read: MCP's `ResourceLink`.
///
/// Behind the Functions host the client gets neither `title` nor the `_meta` of the block: the extension drops the former and
/// fails on the latter, so a reply to the host carries neither.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResourceLink {
    /// The address.
    pub uri: String,
    /// The name, for programs.
    pub name: String,
    /// The name, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// A description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The MIME type of the contents, for example `text/plain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// The size in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
}

impl ResourceLink {
    /// A link with an address and a name only.
    pub fn new(uri: impl Into<String>, name: impl Into<String>) -> Self {
        ResourceLink { uri: uri.into(), name: name.into(), title: None, description: None, mime_type: None, size: None }
    }

    /// Sets the name for people.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Sets the description.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// Sets the MIME type of the contents.
    #[must_use]
    pub fn with_mime_type(mut self, mime_type: impl Into<String>) -> Self {
        self.mime_type = Some(mime_type.into());
        self
    }

    /// Sets the size in bytes.
    #[must_use]
    pub fn with_size(mut self, bytes: i64) -> Self {
        self.size = Some(bytes);
        self
    }
}
