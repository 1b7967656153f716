//! MCP's own words, for both endpoints.

pub(crate) mod caller;
pub(crate) mod event;
pub(crate) mod json_text;
pub(crate) mod jsonrpc;
pub(crate) mod params;
