//! Revisions of MCP: their features, and requests and results in their words.

pub(in crate::server) mod capabilities;
mod content;
mod declared;
pub(in crate::server) mod header_parameters;
mod identity;
pub(in crate::server) mod request;
mod results;

pub(in crate::server) use declared::{DeclaredRevision, REVISION_HEADER};
pub(in crate::server) use identity::{Identity, SignedIn};
pub(in crate::server) use request::Request;
pub(in crate::server) use results::Results;

use std::fmt;

/// A revision of MCP that `/mcp` speaks, from the oldest to the newest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Revision {
    V2024_11_05,
    V2025_03_26,
    V2025_06_18,
    V2025_11_25,
    V2026_07_28,
}

impl Revision {
    pub(in crate::server) const ALL: [Revision; 5] = [
        Revision::V2026_07_28,
        Revision::V2025_11_25,
        Revision::V2025_06_18,
        Revision::V2025_03_26,
        Revision::V2024_11_05,
    ];
    /// The revision that `initialize` agrees on if the client asks for one that has no handshake, or is unknown.
    pub(in crate::server) const NEWEST_WITH_HANDSHAKE: Revision = Revision::V2025_11_25;
    /// The revision of a request that declares none (specification 2025-11-25: `basic/transports`, "Protocol Version Header").
    pub(in crate::server) const UNSAID: Revision = Revision::V2025_03_26;

    /// The revision of that name.
    pub(in crate::server) fn parse(name: &str) -> Option<Self> {
        Revision::ALL.into_iter().find(|revision| revision.as_str() == name)
    }

    /// The names of all revisions, the newest first.
    pub(in crate::server) fn names() -> Vec<&'static str> {
        Revision::ALL.into_iter().map(Revision::as_str).collect()
    }

    /// The name on the wire.
    pub(in crate::server) fn as_str(self) -> &'static str {
        match self {
            Revision::V2024_11_05 => "2024-11-05",
            Revision::V2025_03_26 => "2025-03-26",
            Revision::V2025_06_18 => "2025-06-18",
            Revision::V2025_11_25 => "2025-11-25",
            Revision::V2026_07_28 => "2026-07-28",
        }
    }

    /// Whether every request is complete in itself, without a handshake or a session.
    pub(crate) fn is_stateless(self) -> bool {
        self >= Revision::V2026_07_28
    }

    pub(in crate::server) fn has_annotations(self) -> bool {
        self >= Revision::V2025_03_26
    }

    /// Whether completion is a capability of its own. The method is older.
    pub(in crate::server) fn has_completions(self) -> bool {
        self >= Revision::V2025_03_26
    }

    pub(in crate::server) fn has_audio(self) -> bool {
        self >= Revision::V2025_03_26
    }

    pub(in crate::server) fn has_titles(self) -> bool {
        self >= Revision::V2025_06_18
    }

    pub(in crate::server) fn has_structured_content(self) -> bool {
        self >= Revision::V2025_06_18
    }

    pub(in crate::server) fn has_resource_links(self) -> bool {
        self >= Revision::V2025_06_18
    }

    pub(in crate::server) fn has_meta(self) -> bool {
        self >= Revision::V2025_06_18
    }

    pub(in crate::server) fn has_icons(self) -> bool {
        self >= Revision::V2025_11_25
    }

    /// Whether events have ids, so that a client can resume a stream.
    pub(in crate::server) fn has_event_ids(self) -> bool {
        self >= Revision::V2025_03_26 && !self.is_stateless()
    }

    pub(in crate::server) fn has_priming_events(self) -> bool {
        self == Revision::V2025_11_25
    }

    /// Whether clients repeat arguments in headers.
    pub(in crate::server) fn has_header_parameters(self) -> bool {
        self >= Revision::V2026_07_28
    }

    /// Whether a server has a description, a website and icons.
    pub(in crate::server) fn has_server_details(self) -> bool {
        self >= Revision::V2025_11_25
    }

    pub(in crate::server) fn has_batches(self) -> bool {
        self == Revision::V2025_03_26
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
