use super::{Methods, Refusal, member, text};
use crate::mcp::jsonrpc::Request;
use host_protocol::json::RawObject;
use serde::Serialize;
use serde_json::value::RawValue;

impl Methods {
    pub(super) fn initialize(&self, request: &Request<'_>) -> Result<String, Refusal> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Initialized<'a> {
            protocol_version: &'a str,
            capabilities: Capabilities,
            server_info: ServerInfo<'a>,
            #[serde(skip_serializing_if = "Option::is_none")]
            instructions: Option<&'a str>,
        }
        /// The same whatever the app has.
        #[derive(Default, Serialize)]
        struct Capabilities {
            logging: Nothing,
            prompts: Nothing,
            resources: Nothing,
            tools: Nothing,
        }
        #[derive(Default, Serialize)]
        struct Nothing {}
        #[derive(Serialize)]
        struct ServerInfo<'a> {
            name: &'a str,
            version: &'a str,
        }

        let asked = match request.params {
            Some(params) => version(params).ok_or_else(Refusal::internal)?,
            None => String::new(),
        };
        // The revisions that the extension knows; anything else gets the last of them.
        let protocol_version = match asked.as_str() {
            known @ ("2024-11-05" | "2025-03-26" | "2025-06-18") => known,
            _ => "2025-06-18",
        };
        text(&Initialized {
            protocol_version,
            capabilities: Capabilities::default(),
            server_info: ServerInfo { name: &self.server.name, version: &self.server.version },
            instructions: self.instructions.as_deref(),
        })
    }
}

/// The protocol version in the parameters, if they hold what the extension asks for: a version, and a client with a name and a
/// version.
pub(in crate::local) fn version(params: &RawValue) -> Option<String> {
    let params = RawObject::parse(params.get()).ok()?;
    let client = RawObject::parse(params.get_some("clientInfo")?.get()).ok()?;
    for name in ["name", "version"] {
        member::<String>(&client, name).ok()??;
    }
    member(&params, "protocolVersion").ok()?
}
