//! `/mcp` over HTTP: what MCP says that a server does, revision by revision.

mod asking;
mod completion;
mod headers;
mod lists;
mod requests;
mod safety;
mod transcript;
mod wire;
