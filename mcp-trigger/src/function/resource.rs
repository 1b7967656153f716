//! The metadata of a resource, and the views of MCP Apps.

use super::{ResourceFuture, Run};
use crate::function::params::TextProperty;
use host_protocol::content::{Meta, ResourceBody, ResourceContents};
use serde_json::value::RawValue;
use std::time::Duration;

/// The metadata of a resource.
#[derive(Debug)]
pub struct Resource {
    /// The URI, or the template of many URIs.
    pub uri: &'static str,
    /// The name for programs.
    pub name: &'static str,
    /// The MIME type of contents that have no MIME type of their own.
    pub mime_type: Option<&'static str>,
    /// Its size in bytes, if it is known beforehand. The extension does not list it (ground-truth.md §3).
    pub size: Option<u64>,
    /// The parameters of the template.
    pub parameters: &'static [TextProperty],
    /// Whether percent-encoded characters in the parameters are decoded before the function sees them.
    pub percent_decode: bool,
    /// The time for which clients may cache the contents. Default: no caching.
    pub cache: Option<Cache>,
    /// Reads the contents; `None` if there is no resource at the address.
    pub run: Run<Option<ResourceContents>>,
}

/// A permission for clients to cache contents, since MCP 2026-07-28 (specification: `server/utilities/caching`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cache {
    /// The time for which contents may be cached.
    pub lifetime: Duration,
    /// The clients that may share cached contents.
    pub scope: CacheScope,
}

/// The clients that may get cached contents (MCP: `cacheScope`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CacheScope {
    /// Only the client that read the contents.
    #[default]
    Private,
    /// All clients: a gateway may cache the contents for all its users, so they must be the same for all of them.
    Public,
}

/// The name and the value of a template's parameter.
pub(crate) type Parameter = (String, String);

/// The view of an MCP App: a page that a client shows beside the results of a tool.
#[derive(Debug)]
pub struct View {
    /// The whole page.
    pub html: &'static str,
    /// `_meta` of the contents, as JSON text; may be empty.
    pub meta: &'static str,
}

/// The MIME type of a view (MCP Apps: `RESOURCE_MIME_TYPE`).
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
