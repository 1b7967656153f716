use super::{ResourceFuture, Run};
use crate::function::params::TextProperty;
use host_protocol::content::{Meta, ResourceBody, ResourceContents};
use serde_json::value::RawValue;
use std::time::Duration;

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
    /// How long clients may keep what they read; if nothing is said, not at all.
    pub cache: Option<Cache>,
    /// Reads it; `None` if there is nothing at that address.
    pub run: Run<Option<ResourceContents>>,
}

/// How long clients may keep something, since MCP 2026-07-28 (specification: `server/utilities/caching`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cache {
    /// For how long.
    pub lifetime: Duration,
    /// For whom.
    pub scope: CacheScope,
}

/// Who may be given what was read before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CacheScope {
    /// Only whoever asked.
    #[default]
    Private,
    /// Everybody: a gateway may keep it for all its users. So it has to be the same for all of them.
    Public,
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
