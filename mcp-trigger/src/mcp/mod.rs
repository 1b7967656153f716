//! MCP's own words, for both endpoints.

pub(crate) mod jsonrpc;
