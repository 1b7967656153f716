//! The methods of MCP, as the extension answers them.

mod arguments;
mod functions;
mod initialize;

pub(crate) use initialize::{Implementation, InitializeParams};

use super::catalog::Catalog;
use super::reply::JsonRpcError;
use crate::invoker::BoundInvoker;
use host_protocol::invocation::Caller;
use host_protocol::json::{RawObject, system_text};
use mcp_trigger_core::accounts::Place;
use mcp_trigger_core::mcp::jsonrpc::{Request, TEXT, code};
use mcp_trigger_core::mcp::log_level::LogLevel;
use mcp_trigger_core::mcp::params::NotNamed;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::sync::Arc;

/// Answers JSON-RPC requests.
pub(crate) struct Methods {
    pub(crate) catalog: Catalog,
    pub(crate) invoker: Arc<BoundInvoker>,
    pub(crate) server: Implementation,
    pub(crate) instructions: Option<String>,
}

/// The result of a request, as JSON text in the extension's spelling, without the envelope of JSON-RPC.
type MethodResult<'a> = Result<Cow<'a, str>, JsonRpcError>;

const NOTHING: MethodResult<'static> = Ok(Cow::Borrowed("{}"));

impl Methods {
    /// Answers a request. `caller` gives the sender, for methods that invoke a function. An invocation keeps the place until it ends.
    pub(crate) async fn answer(
        &self,
        request: &Request<'_>,
        caller: impl FnOnce() -> Caller,
        place: Place,
    ) -> MethodResult<'_> {
        let list = |list| params(request).map(|_| Cow::Borrowed(list));
        match &*request.method {
            "initialize" => self.initialize(request).map(Cow::Owned),
            "ping" => NOTHING,
            "logging/setLevel" => set_level(request),
            "tools/list" => list(self.catalog.tools_list.as_str()),
            "tools/call" => self.call_tool(request, caller, place).await.map(Cow::Owned),
            "resources/list" => list(&self.catalog.resources_list),
            "resources/templates/list" => list(&self.catalog.templates_list),
            "resources/read" => self.read_resource(request, caller, place).await.map(Cow::Owned),
            // Accepted, though nothing ever comes of it.
            "resources/subscribe" | "resources/unsubscribe" => params(request).and(NOTHING),
            "prompts/list" => list(&self.catalog.prompts_list),
            "prompts/get" => self.get_prompt(request, caller, place).await.map(Cow::Owned),
            method => {
                let message = format!("Method '{method}' is not available.");
                Err(JsonRpcError { code: code::METHOD_NOT_FOUND, message })
            }
        }
    }
}

fn set_level(request: &Request<'_>) -> MethodResult<'static> {
    let Some(params) = params(request)? else { return NOTHING };
    let level: String = member(params, "level")?.ok_or_else(JsonRpcError::internal)?;
    if LogLevel::parse(&level.to_ascii_lowercase()).is_some() { NOTHING } else { Err(JsonRpcError::internal()) }
}

/// The parameters, if there are any.
fn params<'r, 'a>(request: &'r Request<'a>) -> Result<Option<&'r RawObject<'a>>, JsonRpcError> {
    request.params.named().map_err(|NotNamed| JsonRpcError::internal())
}

/// The name in the parameters of a request, and all parameters. Without parameters the name is empty. Without the name
/// among the parameters the extension fails (recordings/endpoint.jsonl, "call no params", "prompt no name"). The local host fails in the
/// same way if the name is longer than [`TEXT`].
fn named<'r, 'a>(
    request: &'r Request<'a>,
    kind: &str,
    name: &str,
) -> Result<(String, &'r RawObject<'a>), JsonRpcError> {
    let Some(params) = params(request)? else { return Err(JsonRpcError::unknown(kind, "")) };
    let named =
        member::<String>(params, name)?.filter(|named| named.len() <= TEXT).ok_or_else(JsonRpcError::internal)?;
    Ok((named, params))
}

fn member<T: DeserializeOwned>(object: &RawObject<'_>, name: &str) -> Result<Option<T>, JsonRpcError> {
    object.read_ignoring_case(name).map_err(|_| JsonRpcError::internal())
}

/// JSON text in the extension's spelling.
fn text<T: Serialize + ?Sized>(value: &T) -> Result<String, JsonRpcError> {
    system_text::to_string(value).map_err(|_| JsonRpcError::internal())
}
