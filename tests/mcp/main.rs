//! `/mcp` over HTTP: what MCP says that a server does, revision by revision.

mod asking;
mod requests;
mod safety;
mod transcript;
mod wire;
