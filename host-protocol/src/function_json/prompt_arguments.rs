//! `promptArguments` and `icons` of a prompt.

use super::list::{self, Entry, InvalidList};
use serde::Serialize;

/// One argument of a prompt, with the members that the extension lists.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct PromptArgument {
    /// `name`, for programs.
    pub name: String,
    /// `title`, the name for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// `description`. The extension lists an empty one for an entry without the member (recorded), and none for `null`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `required`: whether a client has to give the argument. (The member of a tool's argument is `isRequired`.)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<bool>,
}

impl PromptArgument {
    /// An argument with nothing but a name.
    pub fn new(name: impl Into<String>) -> Self {
        PromptArgument { name: name.into(), ..PromptArgument::default() }
    }

    /// Reads the text of `promptArguments`. An empty text is an empty list.
    ///
    /// # Errors
    ///
    /// If the text is not JSON (recorded), or not an array of objects with a `name`. The host then does not start.
    pub fn read_list(text: &str) -> Result<Vec<Self>, InvalidList> {
        if text.is_empty() { Ok(Vec::new()) } else { list::read(text, Self::read) }
    }

    /// Writes the text of `promptArguments`, without the members that are not set.
    pub fn write_list(list: &[Self]) -> String {
        list::write(list)
    }

    fn read(entry: &Entry<'_>) -> Result<Self, InvalidList> {
        let missing = (!entry.has("description")).then(String::new);
        Ok(Self {
            name: entry.required("name", entry.text("name")?)?,
            title: entry.text("title")?,
            description: entry.text("description")?.or(missing),
            required: entry.flag("required")?,
        })
    }
}

/// A picture for people: MCP's `Icon`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Icon {
    /// `src`, the address of the picture.
    pub src: String,
    /// `mimeType`, such as `image/png`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// `sizes`, such as `48x48`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sizes: Option<Vec<String>>,
    /// `theme`: `light` or `dark`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<String>,
}

impl Icon {
    /// Reads the text of `icons`. An empty text is an empty list.
    ///
    /// # Errors
    ///
    /// If the text is not JSON, or not an array of objects with a `src`. The host then does not start.
    pub fn read_list(text: &str) -> Result<Vec<Self>, InvalidList> {
        if text.is_empty() { Ok(Vec::new()) } else { list::read(text, Self::read) }
    }

    /// Writes the text of `icons`, without the members that are not set.
    pub fn write_list(list: &[Self]) -> String {
        list::write(list)
    }

    fn read(entry: &Entry<'_>) -> Result<Self, InvalidList> {
        Ok(Self {
            src: entry.required("src", entry.text("src")?)?,
            mime_type: entry.text("mimeType")?,
            sizes: entry.texts("sizes")?,
            theme: entry.text("theme")?,
        })
    }
}

/// An icon with nothing but an address.
impl<S: Into<String>> From<S> for Icon {
    fn from(src: S) -> Self {
        Icon { src: src.into(), ..Icon::default() }
    }
}
