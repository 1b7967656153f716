//! The results of `initialize` and `server/discover`: the server's description and its capabilities.

use crate::server::McpServer;
use crate::server::listing::List;
use crate::server::revision::{Results, Revision};
use crate::server::tasks::EXTENSION;
use serde_json::{Map, Value, json};

impl McpServer {
    /// The result of `initialize`. With a session the server can send more than answers.
    pub(in crate::server) fn initialized(&self, revision: Revision, has_session: bool) -> String {
        let mut result = json!({
            "protocolVersion": revision.as_str(),
            "capabilities": self.capabilities(revision, has_session),
            "serverInfo": self.info.in_revision(revision),
        });
        if let Some(instructions) = &self.instructions {
            result["instructions"] = instructions.as_str().into();
        }
        result.to_string()
    }

    /// The result of `server/discover` (specification 2026-07-28: `server/discover`).
    pub(super) fn discover(&self, results: &Results) -> String {
        let mut members = json!({
            "supportedVersions": Revision::names(),
            "capabilities": self.capabilities(results.revision, false),
        });
        if let Some(instructions) = &self.instructions {
            members["instructions"] = instructions.as_str().into();
        }
        // All other results say who answers in two words.
        let server = self.info.in_revision(results.revision);
        Results::new(results.revision, &server).members_of_the_app(&members)
    }

    fn capabilities(&self, revision: Revision, has_session: bool) -> Value {
        let mut capabilities = Map::new();
        // Without a session nobody remembers which lines a client wants to read, and there is no stream to tell it of changes.
        let is_told = has_session || revision.is_stateless();
        let mut add = |name: &str, capability| capabilities.insert(name.to_owned(), capability);
        if self.lists.has(List::Tools) {
            add("tools", if is_told { json!({ "listChanged": true }) } else { json!({}) });
        }
        if self.lists.has_resources() {
            add("resources", if is_told { json!({ "subscribe": true, "listChanged": true }) } else { json!({}) });
        }
        if self.lists.has(List::Prompts) {
            add("prompts", if is_told { json!({ "listChanged": true }) } else { json!({}) });
        }
        if revision.has_completions() && self.lists.has_completions() {
            add("completions", json!({}));
        }
        if is_told {
            add("logging", json!({}));
        }
        if self.tasks.is_some() && revision.is_stateless() {
            add("extensions", json!({ EXTENSION: {} }));
        }
        Value::Object(capabilities)
    }
}
