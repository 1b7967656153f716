use super::{ResourceFuture, Run};
use crate::params::TextProperty;
use host_protocol::content::{Meta, ResourceBody, ResourceContents};
use serde_json::value::RawValue;

/// What only a resource has.
#[derive(Debug)]
pub struct Resource {
    /// Its address, or the template of many.
    pub uri: &'static str,
    /// Its name, for programs.
    pub name: &'static str,
    /// What its contents are, if they do not say so themselves.
    pub mime_type: Option<&'static str>,
    /// Its size in bytes, if it is known beforehand. The extension does not list it (ground-truth.md §3).
    pub size: Option<u64>,
    /// The parameters of the template.
    pub parameters: &'static [TextProperty],
    /// Whether percent-encoded characters in the parameters are decoded before the function sees them.
    pub percent_decode: bool,
    /// Reads it; `None` if there is nothing at that address.
    pub run: Run<Option<ResourceContents>>,
}

/// What stands in the place of a template's parameter, by the parameter's name.
pub(crate) type Parameter = (String, String);

/// The view of an MCP App: a page that a client shows beside the results of a tool.
#[derive(Debug)]
pub struct View {
    /// The whole page.
    pub html: &'static str,
    /// `_meta` of its contents, as JSON text; empty if there is none.
    pub meta: &'static str,
}

/// What a client must be told of a view's contents (MCP Apps: `RESOURCE_MIME_TYPE`).
pub const VIEW_MIME_TYPE: &str = "text/html;profile=mcp-app";

/// The contents of a view.
pub fn view_contents(view: &'static View) -> ResourceFuture<'static> {
    let contents = || {
        let mut contents =
            ResourceContents::new("", ResourceBody::Text(view.html.to_owned())).with_mime_type(VIEW_MIME_TYPE);
        if !view.meta.is_empty() {
            let meta: Box<RawValue> = serde_json::from_str(view.meta)?;
            contents.meta = Some(Meta::try_from(meta)?);
        }
        Ok(Some(contents))
    };
    Box::pin(std::future::ready(contents()))
}
