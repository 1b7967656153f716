//! The revision that a request declares in the header `MCP-Protocol-Version`.

use super::Revision;
use hyper::header::{HeaderName, HeaderValue};

/// The header in which a request says its revision.
pub(in crate::server) const REVISION_HEADER: HeaderName = HeaderName::from_static("mcp-protocol-version");

/// What it says there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server) enum DeclaredRevision {
    Nothing,
    Known(Revision),
    /// One that nobody knows.
    Unknown,
}

impl DeclaredRevision {
    /// What the value of the header says.
    pub(in crate::server) fn read(value: &HeaderValue) -> Self {
        let known = value.to_str().ok().and_then(|version| Revision::parse(version.trim()));
        known.map_or(DeclaredRevision::Unknown, DeclaredRevision::Known)
    }

    /// Whether it is one without a handshake; so is what nobody knows, for that is of the future.
    pub(in crate::server) fn is_stateless(self) -> bool {
        match self {
            DeclaredRevision::Nothing => false,
            DeclaredRevision::Known(revision) => revision.is_stateless(),
            DeclaredRevision::Unknown => true,
        }
    }
}
