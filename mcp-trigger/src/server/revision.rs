//! The revisions of MCP, and what each of them knows.

use hyper::header::{HeaderName, HeaderValue};
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
    pub(super) const ALL: [Revision; 5] = [
        Revision::V2026_07_28,
        Revision::V2025_11_25,
        Revision::V2025_06_18,
        Revision::V2025_03_26,
        Revision::V2024_11_05,
    ];
    /// What a handshake ends with if the client asks for something else: `initialize` always means the older rules.
    pub(super) const NEWEST_WITH_HANDSHAKE: Revision = Revision::V2025_11_25;
    /// What holds for a request that does not say it (specification 2025-11-25: `basic/transports`, "Protocol Version Header").
    pub(super) const UNSAID: Revision = Revision::V2025_03_26;

    /// The revision of that name.
    pub(super) fn parse(name: &str) -> Option<Self> {
        Revision::ALL.into_iter().find(|revision| revision.as_str() == name)
    }

    /// Its name on the wire.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Revision::V2024_11_05 => "2024-11-05",
            Revision::V2025_03_26 => "2025-03-26",
            Revision::V2025_06_18 => "2025-06-18",
            Revision::V2025_11_25 => "2025-11-25",
            Revision::V2026_07_28 => "2026-07-28",
        }
    }

    /// Whether every request says all that has to be known, and there are no sessions.
    pub(crate) fn is_stateless(self) -> bool {
        self >= Revision::V2026_07_28
    }

    pub(super) fn has_annotations(self) -> bool {
        self >= Revision::V2025_03_26
    }

    /// Whether completing is a capability of its own; the method is older.
    pub(super) fn has_completions(self) -> bool {
        self >= Revision::V2025_03_26
    }

    pub(super) fn has_audio(self) -> bool {
        self >= Revision::V2025_03_26
    }

    pub(super) fn has_titles(self) -> bool {
        self >= Revision::V2025_06_18
    }

    pub(super) fn has_structured_content(self) -> bool {
        self >= Revision::V2025_06_18
    }

    pub(super) fn has_resource_links(self) -> bool {
        self >= Revision::V2025_06_18
    }

    pub(super) fn has_meta(self) -> bool {
        self >= Revision::V2025_06_18
    }

    pub(super) fn has_icons(self) -> bool {
        self >= Revision::V2025_11_25
    }

    /// Whether events have ids, by which a client that lost its connection goes on.
    pub(super) fn has_event_ids(self) -> bool {
        self >= Revision::V2025_03_26 && !self.is_stateless()
    }

    pub(super) fn has_priming_events(self) -> bool {
        self == Revision::V2025_11_25
    }

    /// Whether clients repeat arguments in headers.
    pub(super) fn has_mirrored_arguments(self) -> bool {
        self >= Revision::V2026_07_28
    }

    /// Whether a server has a description, a website and icons.
    pub(super) fn has_server_details(self) -> bool {
        self >= Revision::V2025_11_25
    }

    pub(super) fn has_batches(self) -> bool {
        self == Revision::V2025_03_26
    }
}

/// The header in which a request says its revision.
pub(super) const HEADER: HeaderName = HeaderName::from_static("mcp-protocol-version");

/// What it says there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Nothing,
    Known(Revision),
    /// One that nobody knows.
    Unknown,
}

impl Said {
    /// What the value of the header says.
    pub(super) fn read(value: &HeaderValue) -> Self {
        let known = value.to_str().ok().and_then(|version| Revision::parse(version.trim()));
        known.map_or(Said::Unknown, Said::Known)
    }

    /// Whether it is one without a handshake; so is what nobody knows, for that is of the future.
    pub(super) fn is_stateless(self) -> bool {
        match self {
            Said::Nothing => false,
            Said::Known(revision) => revision.is_stateless(),
            Said::Unknown => true,
        }
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
