//! Contents of resources, and links to resources.

use super::Meta;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Serialize;

/// The contents of a resource: what reading it gives, or what a block carries along. MCP's `ResourceContents`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ResourceContents {
    /// Which resource it is.
    pub uri: String,
    /// What the contents are, for example `text/markdown`.
    #[serde(rename = "mimeType", skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// The contents.
    #[serde(flatten)]
    pub body: ResourceBody,
    /// Anything a client may want to know about the resource.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
}

impl ResourceContents {
    /// A resource from its contents.
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

/// Text or bytes.
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

/// A resource that the client can read by itself.
///
/// Through the Functions host its `title` is lost, and the `_meta` of its block: the extension drops the one and fails on
/// the other, so a reply does not carry them there.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResourceLink {
    /// Where it is.
    pub uri: String,
    /// Its name, for programs.
    pub name: String,
    /// Its name, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What its contents are, for example `text/plain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Its size in bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<i64>,
}

impl ResourceLink {
    /// A link with nothing but its address and name.
    pub fn new(uri: impl Into<String>, name: impl Into<String>) -> Self {
        ResourceLink { uri: uri.into(), name: name.into(), title: None, description: None, mime_type: None, size: None }
    }

    /// The same with a name for people.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// The same with a description.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The same with a media type.
    #[must_use]
    pub fn with_mime_type(mut self, mime_type: impl Into<String>) -> Self {
        self.mime_type = Some(mime_type.into());
        self
    }

    /// The same with a size in bytes.
    #[must_use]
    pub fn with_size(mut self, bytes: i64) -> Self {
        self.size = Some(bytes);
        self
    }
}
