//! The HTTP functions that bring requests for the server from a Functions host.

use host_protocol::FunctionJson;
use host_protocol::function_json::{AuthLevel, forwarded_route};

/// The HTTP function that forwards the endpoint to the app.
pub(crate) const FUNCTION: &str = "mcp";
/// The HTTP function that forwards the address where clients look first how to sign in (RFC 9728).
pub(crate) const WELL_KNOWN: &str = "WellKnown";

/// The functions, with their routes. The host asks for a key for `/mcp`, as it does for the same tools at its own endpoint; nothing but a
/// notice is at the other address. What a parameter holds is letters only: a route whose parameter can hold a backslash opens all functions
/// (ground-truth.md §12).
pub(crate) fn routed(level: AuthLevel) -> [(&'static str, FunctionJson); 2] {
    [
        (FUNCTION, forwarded_route("mcp", level)),
        (WELL_KNOWN, forwarded_route(".well-known/oauth-protected-resource/{path:alpha?}", AuthLevel::Anonymous)),
    ]
}
