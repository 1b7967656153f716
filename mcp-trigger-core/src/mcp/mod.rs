//! Messages of MCP, and their vocabulary, for both endpoints.

pub mod caller;
pub mod event;
pub mod json_text;
pub mod jsonrpc;
pub mod log_level;
pub mod method;
pub mod params;
