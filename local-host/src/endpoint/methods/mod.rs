//! The methods of MCP, as the extension answers them.

mod arguments;
mod initialize;
mod prompts;
mod refusal;
mod resources;
mod tools;

pub(crate) use initialize::Implementation;
pub(crate) use initialize::Initialize;
pub(crate) use refusal::Refusal;

use super::catalog::Catalog;
use crate::invoker::BoundInvoker;
use host_protocol::invocation::{Caller, Input, Invocation, Trigger};
use host_protocol::json::RawObject;
use host_protocol::reply::ReturnValue;
use host_protocol::{FunctionResult, json::system_text};
use mcp_trigger_core::ids;
use mcp_trigger_core::mcp::jsonrpc::{Request, code};
use mcp_trigger_core::mcp::log_level::LogLevel;
use mcp_trigger_core::mcp::params::NotNamed;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::sync::Arc;

/// Answers requests.
pub(crate) struct Methods {
    pub(crate) catalog: Catalog,
    pub(crate) invoker: Arc<BoundInvoker>,
    pub(crate) server: Implementation,
    pub(crate) instructions: Option<String>,
}

/// The result of a request, as JSON text in the extension's spelling, without the envelope of JSON-RPC.
type Answer<'a> = Result<Cow<'a, str>, Refusal>;

const NOTHING: Answer<'static> = Ok(Cow::Borrowed("{}"));

impl Methods {
    /// Answers a request. `caller` is who sent it, if a function is asked.
    pub(crate) async fn answer(&self, request: &Request<'_>, caller: impl FnOnce() -> Caller) -> Answer<'_> {
        let list = |list| params(request).map(|_| Cow::Borrowed(list));
        match &*request.method {
            "initialize" => self.initialize(request).map(Cow::Owned),
            "ping" => NOTHING,
            "logging/setLevel" => set_level(request),
            "tools/list" => list(self.catalog.tools_list.as_str()),
            "tools/call" => self.call_tool(request, caller).await.map(Cow::Owned),
            "resources/list" => list(&self.catalog.resources_list),
            "resources/templates/list" => list(&self.catalog.templates_list),
            "resources/read" => self.read_resource(request, caller).await.map(Cow::Owned),
            // Accepted, though nothing ever comes of it.
            "resources/subscribe" | "resources/unsubscribe" => params(request).and(NOTHING),
            "prompts/list" => list(&self.catalog.prompts_list),
            "prompts/get" => self.get_prompt(request, caller).await.map(Cow::Owned),
            method => {
                let message = format!("Method '{method}' is not available.");
                Err(Refusal { code: code::METHOD_NOT_FOUND, message })
            }
        }
    }

    /// Runs a function; a failure goes to the log only.
    async fn run(&self, function: &str, trigger: Trigger, inputs: Vec<(String, Input)>) -> Option<FunctionResult> {
        let invocation = Invocation::new(ids::guid(), function.to_owned(), trigger).with_inputs(inputs);
        let result = self.invoker.run(invocation).await?;
        // Why is among the lines that it logged.
        (!matches!(result.return_value, ReturnValue::Failed(_))).then_some(result)
    }
}

fn set_level(request: &Request<'_>) -> Answer<'static> {
    let Some(params) = params(request)? else { return NOTHING };
    let level: String = member(params, "level")?.ok_or_else(Refusal::internal)?;
    if LogLevel::parse(&level.to_ascii_lowercase()).is_some() { NOTHING } else { Err(Refusal::internal()) }
}

/// The parameters, if there are any.
fn params<'r, 'a>(request: &'r Request<'a>) -> Result<Option<&'r RawObject<'a>>, Refusal> {
    request.params.named().map_err(|NotNamed| Refusal::internal())
}

/// What a request names, and its other parameters. Without parameters the name is empty; without the name in them the extension
/// fails (recordings/endpoint.jsonl, "call no params", "prompt no name").
fn named<'r, 'a>(request: &'r Request<'a>, kind: &str, name: &str) -> Result<(String, &'r RawObject<'a>), Refusal> {
    let Some(params) = params(request)? else { return Err(Refusal::unknown(kind, "")) };
    let named = member(params, name)?.ok_or_else(Refusal::internal)?;
    Ok((named, params))
}

fn member<T: DeserializeOwned>(object: &RawObject<'_>, name: &str) -> Result<Option<T>, Refusal> {
    object.read_ignoring_case(name).map_err(|_| Refusal::internal())
}

/// JSON text in the extension's spelling.
fn text<T: Serialize + ?Sized>(value: &T) -> Result<String, Refusal> {
    system_text::to_string(value).map_err(|_| Refusal::internal())
}
