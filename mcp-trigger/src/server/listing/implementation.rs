//! The server's description of itself: MCP's `Implementation`.

use crate::identity::{self, ServerInfo};
use crate::server::revision::Revision;
use serde_json::{Value, json};

/// The server's description of itself.
pub(in crate::server) struct Implementation(ServerInfo);

impl Implementation {
    /// The description of `server`. Default: the name of the program.
    pub(in crate::server) fn new(server: Option<ServerInfo>) -> Self {
        Implementation(server.unwrap_or_else(|| ServerInfo::new(identity::program(), env!("CARGO_PKG_VERSION"))))
    }

    /// Name and version: every result since 2026-07-28 has them.
    pub(in crate::server) fn name_and_version(&self) -> Value {
        json!({ "name": self.0.name, "version": self.0.version })
    }

    /// The members that a revision knows.
    pub(in crate::server) fn in_revision(&self, revision: Revision) -> Value {
        let ServerInfo { title, description, website, icons, .. } = &self.0;
        let mut info = self.name_and_version();
        let mut add = |is_known: bool, name: &str, value: Option<Value>| {
            if let Some(value) = value.filter(|_| is_known) {
                info[name] = value;
            }
        };
        let text = |text: &Option<String>| text.as_deref().map(Value::from);
        add(revision.has_titles(), "title", text(title));
        let has_more = revision.has_server_details();
        add(has_more, "description", text(description));
        add(has_more, "websiteUrl", text(website));
        let icons = Some(icons).filter(|icons| !icons.is_empty());
        add(has_more, "icons", icons.map(|icons| json!(icons)));
        info
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_hears_what_it_knows() {
        let server = ServerInfo::new("shop", "1")
            .title("The shop")
            .description("Sells")
            .website("https://example.com")
            .icon("https://example.com/a.png");
        let info = Implementation::new(Some(server));
        let plain = json!({ "name": "shop", "version": "1" });
        assert_eq!(info.in_revision(Revision::V2024_11_05), plain);
        assert_eq!(info.in_revision(Revision::V2025_03_26), plain);
        let titled = json!({ "name": "shop", "version": "1", "title": "The shop" });
        assert_eq!(info.in_revision(Revision::V2025_06_18), titled);
        for revision in [Revision::V2025_11_25, Revision::V2026_07_28] {
            let info = info.in_revision(revision);
            assert_eq!((&info["title"], &info["description"]), (&"The shop".into(), &"Sells".into()));
            assert_eq!(info["websiteUrl"], "https://example.com");
            assert_eq!(info["icons"], json!([{ "src": "https://example.com/a.png" }]));
        }
        let unnamed = Implementation::new(None).in_revision(Revision::V2026_07_28);
        assert!(unnamed["name"].is_string() && unnamed.as_object().is_some_and(|members| members.len() == 2));
    }
}
