//! The revision that a request declares in the header `MCP-Protocol-Version`.

use super::Revision;
use hyper::header::{HeaderName, HeaderValue};

/// The header that declares the revision of a request.
pub(in crate::server) const REVISION_HEADER: HeaderName = HeaderName::from_static("mcp-protocol-version");

/// The revision that a request declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::server) enum DeclaredRevision {
    Nothing,
    Known(Revision),
    /// A revision that this server does not know.
    Unknown,
}

impl DeclaredRevision {
    /// Reads the value of the header.
    pub(in crate::server) fn read(value: &HeaderValue) -> Self {
        let known = value.to_str().ok().and_then(|version| Revision::parse(version.trim()));
        known.map_or(DeclaredRevision::Unknown, DeclaredRevision::Known)
    }

    /// Whether the revision has no handshake. An unknown one counts as newer, so it has none.
    pub(in crate::server) fn is_stateless(self) -> bool {
        match self {
            DeclaredRevision::Nothing => false,
            DeclaredRevision::Known(revision) => revision.is_stateless(),
            DeclaredRevision::Unknown => true,
        }
    }
}
