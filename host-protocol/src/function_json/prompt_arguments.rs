//! `promptArguments` and `icons` of a prompt.

use serde_json::{Map, Value};

use super::list::{self, Entry, InvalidList};

/// One argument of a prompt, with the members in which it is listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PromptArgument {
    /// `name`.
    pub name: String,
    /// `title`.
    pub title: Option<String>,
    /// `description`; an entry without one is listed with an empty one (recorded), an explicit null without.
    pub description: Option<String>,
    /// `required`, not `isRequired`.
    pub required: Option<bool>,
}

impl PromptArgument {
    /// Reads the text of `promptArguments`; an empty text is no list.
    ///
    /// # Errors
    ///
    /// What takes the whole host down: not JSON (recorded), not an array of objects with a `name`.
    pub fn read_list(text: &str) -> Result<Vec<Self>, InvalidList> {
        if text.is_empty() { Ok(Vec::new()) } else { list::read(text, Self::read) }
    }

    /// Writes the text of `promptArguments`, leaving out what is not set.
    pub fn write_list(list: &[Self]) -> String {
        let entry = |argument: &Self| {
            members([
                ("name", Some(argument.name.as_str().into())),
                ("title", argument.title.as_deref().map(Value::from)),
                ("description", argument.description.as_deref().map(Value::from)),
                ("required", argument.required.map(Value::from)),
            ])
        };
        Value::from_iter(list.iter().map(entry)).to_string()
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

/// One icon of a prompt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Icon {
    /// `src`, a URL.
    pub src: String,
    /// `mimeType`.
    pub mime_type: Option<String>,
    /// `sizes`, such as `48x48`.
    pub sizes: Option<Vec<String>>,
    /// `theme`: `light` or `dark`.
    pub theme: Option<String>,
}

impl Icon {
    /// Reads the text of `icons`; an empty text is no list.
    ///
    /// # Errors
    ///
    /// What takes the whole host down: not JSON, not an array of objects with a `src`.
    pub fn read_list(text: &str) -> Result<Vec<Self>, InvalidList> {
        if text.is_empty() { Ok(Vec::new()) } else { list::read(text, Self::read) }
    }

    /// Writes the text of `icons`, leaving out what is not set.
    pub fn write_list(list: &[Self]) -> String {
        let entry = |icon: &Self| {
            members([
                ("src", Some(icon.src.as_str().into())),
                ("mimeType", icon.mime_type.as_deref().map(Value::from)),
                ("sizes", icon.sizes.clone().map(Value::from)),
                ("theme", icon.theme.as_deref().map(Value::from)),
            ])
        };
        Value::from_iter(list.iter().map(entry)).to_string()
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

/// An icon of which nothing is known but its address.
impl<S: Into<String>> From<S> for Icon {
    fn from(src: S) -> Self {
        Icon { src: src.into(), ..Icon::default() }
    }
}

/// An object of the members that are set.
fn members<const N: usize>(members: [(&str, Option<Value>); N]) -> Map<String, Value> {
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}
