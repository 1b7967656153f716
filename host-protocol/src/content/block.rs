//! Content blocks: text, pictures, sounds, resources and links.

use super::{Meta, ResourceBody, ResourceContents, ResourceLink};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use infer::MatcherType;
use serde::{Deserialize, Serialize};

/// One piece of the content that a tool or a prompt returns: MCP's `ContentBlock`.
///
/// ```
/// use host_protocol::content::{ContentBlock, Role};
///
/// let block = ContentBlock::text("3 files changed").for_audience([Role::User]);
/// assert_eq!(
///     serde_json::to_string(&block).unwrap(),
///     r#"{"type":"text","text":"3 files changed","annotations":{"audience":["user"]}}"#
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ContentBlock {
    /// The content itself.
    #[serde(flatten)]
    pub body: ContentBody,
    /// `_meta`: more about the block, for clients that know its names.
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    pub meta: Option<Meta>,
    /// Hints for the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotations: Option<Annotations>,
}

/// The content of a block, by its type.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case", rename_all_fields = "camelCase")]
#[non_exhaustive]
pub enum ContentBody {
    /// Text, for the model to read.
    Text {
        /// The text.
        text: String,
    },
    /// A picture.
    Image {
        /// The bytes, base64 encoded.
        data: String,
        /// The MIME type, for example `image/png`.
        mime_type: String,
    },
    /// A sound.
    Audio {
        /// The bytes, base64 encoded.
        data: String,
        /// The MIME type, for example `audio/wav`.
        mime_type: String,
    },
    /// An embedded resource.
    Resource {
        /// The resource.
        resource: ResourceContents,
    },
    /// A link to a resource that the client can read.
    ResourceLink(ResourceLink),
}

impl ContentBlock {
    /// A text block.
    pub fn text(text: impl Into<String>) -> Self {
        ContentBody::Text { text: text.into() }.into()
    }

    /// A picture from its bytes, whose beginning tells the MIME type (PNG, JPEG, GIF, WebP and others). `None` if the type is
    /// unknown: use [`image`](ContentBlock::image) and name the type.
    ///
    /// ```
    /// use host_protocol::content::{ContentBody, ContentBlock};
    ///
    /// let picture = ContentBlock::image_of(b"GIF89a...").unwrap();
    /// assert!(matches!(picture.body, ContentBody::Image { mime_type, .. } if mime_type == "image/gif"));
    /// assert!(ContentBlock::image_of("<svg/>").is_none());
    /// ```
    pub fn image_of(bytes: impl AsRef<[u8]>) -> Option<Self> {
        let kind = infer::get(bytes.as_ref()).filter(|kind| kind.matcher_type() == MatcherType::Image)?;
        Some(ContentBlock::image(bytes, kind.mime_type()))
    }

    /// A sound from its bytes, whose beginning tells the MIME type (WAV, MP3, Ogg, FLAC and others). `None` if the type is unknown:
    /// use [`audio`](ContentBlock::audio) and name the type.
    pub fn audio_of(bytes: impl AsRef<[u8]>) -> Option<Self> {
        let kind = infer::get(bytes.as_ref()).filter(|kind| kind.matcher_type() == MatcherType::Audio)?;
        Some(ContentBlock::audio(bytes, kind.mime_type()))
    }

    /// A picture from its bytes and their MIME type.
    pub fn image(bytes: impl AsRef<[u8]>, mime_type: impl Into<String>) -> Self {
        ContentBody::Image { data: BASE64_STANDARD.encode(bytes), mime_type: mime_type.into() }.into()
    }

    /// A sound from its bytes and their MIME type.
    pub fn audio(bytes: impl AsRef<[u8]>, mime_type: impl Into<String>) -> Self {
        ContentBody::Audio { data: BASE64_STANDARD.encode(bytes), mime_type: mime_type.into() }.into()
    }

    /// An embedded text resource. For bytes, convert a [`ResourceContents`].
    pub fn resource(uri: impl Into<String>, mime_type: impl Into<String>, text: impl Into<String>) -> Self {
        ResourceContents::new(uri, ResourceBody::Text(text.into())).with_mime_type(mime_type).into()
    }

    /// A link to a resource that the client can read. For more than an address and a name, convert a [`ResourceLink`].
    pub fn resource_link(uri: impl Into<String>, name: impl Into<String>) -> Self {
        ResourceLink::new(uri, name).into()
    }

    /// Adds `_meta`.
    #[must_use]
    pub fn with_meta(mut self, meta: Meta) -> Self {
        self.meta = Some(meta);
        self
    }

    /// Sets the annotations.
    #[must_use]
    pub fn with_annotations(mut self, annotations: Annotations) -> Self {
        self.annotations = Some(annotations);
        self
    }

    /// Sets the audience.
    #[must_use]
    pub fn for_audience(mut self, roles: impl IntoIterator<Item = Role>) -> Self {
        self.annotations.get_or_insert_default().audience = roles.into_iter().collect();
        self
    }

    /// The text of a text block.
    pub fn as_text(&self) -> Option<&str> {
        match &self.body {
            ContentBody::Text { text } => Some(text),
            _ => None,
        }
    }
}

impl From<ContentBody> for ContentBlock {
    fn from(body: ContentBody) -> Self {
        ContentBlock { body, meta: None, annotations: None }
    }
}

impl From<ResourceContents> for ContentBlock {
    fn from(resource: ResourceContents) -> Self {
        ContentBody::Resource { resource }.into()
    }
}

impl From<ResourceLink> for ContentBlock {
    fn from(link: ResourceLink) -> Self {
        ContentBody::ResourceLink(link).into()
    }
}

impl From<String> for ContentBlock {
    fn from(text: String) -> Self {
        ContentBlock::text(text)
    }
}

impl From<&str> for ContentBlock {
    fn from(text: &str) -> Self {
        ContentBlock::text(text)
    }
}

/// Hints for clients: the audience of a block, its importance, its age. MCP's `Annotations`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Annotations {
    /// The audience of the block. Default: not specified.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audience: Vec<Role>,
    /// The importance of the block, from 0 (optional) to 1 (required).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<f32>,
    /// The time of the last change, as an ISO 8601 date-time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
}

impl Annotations {
    /// Sets the audience.
    #[must_use]
    pub fn with_audience(mut self, roles: impl IntoIterator<Item = Role>) -> Self {
        self.audience = roles.into_iter().collect();
        self
    }

    /// Sets the importance, from 0 (optional) to 1 (required).
    #[must_use]
    pub fn with_priority(mut self, priority: f32) -> Self {
        self.priority = Some(priority);
        self
    }

    /// Sets the time of the last change, as an ISO 8601 date-time.
    #[must_use]
    pub fn with_last_modified(mut self, date_time: impl Into<String>) -> Self {
        self.last_modified = Some(date_time.into());
        self
    }
}

/// A side of the conversation: MCP's `Role`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_show_what_they_are() {
        let wav = ContentBlock::audio_of(b"RIFF\x24\0\0\0WAVEfmt ").unwrap();
        assert!(matches!(wav.body, ContentBody::Audio { mime_type, .. } if mime_type.ends_with("wav")));
        assert!(ContentBlock::audio_of(b"GIF89a").is_none() && ContentBlock::image_of(b"").is_none());
    }
}
