//! `initialize`.

use super::{Methods, member, text};
use crate::endpoint::reply::JsonRpcError;
use host_protocol::invocation::ClientInfo;
use host_protocol::json::RawObject;
use mcp_trigger_core::mcp::jsonrpc::Request;
use mcp_trigger_core::mcp::params::Params;
use serde::Serialize;

/// The name and the version of a server (MCP: `Implementation`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Implementation {
    pub(crate) name: String,
    pub(crate) version: String,
}

impl Default for Implementation {
    /// The names that the MCP extension gives a server if host.json gives none.
    fn default() -> Self {
        Implementation { name: "Azure Functions MCP server".to_owned(), version: "1.0.0".to_owned() }
    }
}

impl Methods {
    pub(super) fn initialize(&self, request: &Request<'_>) -> Result<String, JsonRpcError> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Initialized<'a> {
            protocol_version: &'a str,
            capabilities: Capabilities,
            server_info: &'a Implementation,
            #[serde(skip_serializing_if = "Option::is_none")]
            instructions: Option<&'a str>,
        }
        /// The same for all apps.
        #[derive(Default, Serialize)]
        struct Capabilities {
            logging: Nothing,
            prompts: Nothing,
            resources: Nothing,
            tools: Nothing,
        }
        #[derive(Default, Serialize)]
        struct Nothing {}

        let asked = match &request.params {
            Params::None => String::new(),
            params => InitializeParams::read(params).ok_or_else(JsonRpcError::internal)?.protocol_version,
        };
        // The revisions that the extension knows; anything else gets the last of them.
        let protocol_version = match asked.as_str() {
            known @ ("2024-11-05" | "2025-03-26" | "2025-06-18") => known,
            _ => "2025-06-18",
        };
        text(&Initialized {
            protocol_version,
            capabilities: Capabilities::default(),
            server_info: &self.server,
            instructions: self.instructions.as_deref(),
        })
    }
}

/// The parameters that the extension requires: a version, and a client with a name and a version.
pub(crate) struct InitializeParams {
    pub(crate) protocol_version: String,
    pub(crate) client: ClientInfo,
}

impl InitializeParams {
    /// Reads the parameters. `None` if one is missing.
    pub(crate) fn read(params: &Params<'_>) -> Option<Self> {
        let params = params.named().ok()??;
        let info = RawObject::parse(params.get_some("clientInfo")?.get()).ok()?;
        let mut client = ClientInfo::default();
        client.name = member(&info, "name").ok()??;
        client.title = member(&info, "title").ok()?;
        client.version = member(&info, "version").ok()??;
        Some(InitializeParams { protocol_version: member(params, "protocolVersion").ok()??, client })
    }
}
