//! The names of the server and of its program.

use host_protocol::function_json::Icon;
use std::path::Path;

/// The name of a server and its details, which clients show to people (MCP: `Implementation`).
///
/// ```
/// use mcp_trigger::{App, ServerInfo};
///
/// let server = ServerInfo::new("snippets", env!("CARGO_PKG_VERSION")).title("Code snippets");
/// let app = App::new().server(server);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerInfo {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) website: Option<String>,
    pub(crate) icons: Vec<Icon>,
}

impl ServerInfo {
    /// A server with a name for programs and a version. Both endpoints tell them to clients; `/mcp` tells the details too, to
    /// clients whose revision of MCP has them.
    pub fn new(name: impl Into<String>, version: impl Into<String>) -> Self {
        ServerInfo {
            name: name.into(),
            version: version.into(),
            title: None,
            description: None,
            website: None,
            icons: Vec::new(),
        }
    }

    /// The name of the server for people.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// The purpose of the server.
    #[must_use]
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// The address of a page about the server.
    #[must_use]
    pub fn website(mut self, url: impl Into<String>) -> Self {
        self.website = Some(url.into());
        self
    }

    /// Adds a picture of the server: an `https:` or a `data:` address, or an [`Icon`](crate::dynamic::Icon) with its details.
    #[must_use]
    pub fn icon(mut self, icon: impl Into<Icon>) -> Self {
        self.icons.push(icon.into());
        self
    }
}

/// The name by which the program was called.
pub(crate) fn program() -> String {
    let path = std::env::args_os().next().unwrap_or_default();
    Path::new(&path).file_stem().map_or_else(|| "app".to_owned(), |name| name.to_string_lossy().into_owned())
}
