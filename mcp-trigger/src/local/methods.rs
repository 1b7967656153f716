//! The methods of MCP, as the extension answers them.

use super::catalog::Catalog;
use super::invoker::Invoker;
use super::session;
use crate::app::Server;
use crate::mcp::jsonrpc::{Request, code};
use host_protocol::ToolResult;
use host_protocol::invocation::{Caller, Input, Invocation, ToolTrigger, Trigger, argument_text};
use host_protocol::json::{RawObject, system_text};
use host_protocol::uri_template::UriTemplate;
use serde::Serialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::sync::Arc;

/// Answers requests.
pub(super) struct Methods {
    pub(super) catalog: Catalog,
    pub(super) invoker: Arc<dyn Invoker>,
    pub(super) server: Server,
    pub(super) instructions: Option<String>,
}

/// The result of a request, as JSON text in the extension's spelling.
type Answer = Result<Cow<'static, str>, Refusal>;

/// A JSON-RPC error.
pub(super) struct Refusal {
    pub(super) code: i32,
    pub(super) message: String,
}

impl Refusal {
    fn invalid_params(message: String) -> Self {
        Refusal { code: code::INVALID_PARAMS, message }
    }

    /// All that the extension says of what it did not expect.
    fn internal() -> Self {
        Refusal { code: code::INTERNAL_ERROR, message: "An error occurred.".to_owned() }
    }
}

const EMPTY: Answer = Ok(Cow::Borrowed("{}"));

impl Methods {
    /// Answers a request; the result or the refusal, both without the envelope of JSON-RPC.
    pub(super) async fn answer(
        &self,
        request: &Request<'_>,
        caller: impl FnOnce() -> Caller,
    ) -> Result<Cow<'_, str>, Refusal> {
        match request.method.as_str() {
            "initialize" => self.initialize(request).map(Cow::Owned),
            "ping" => EMPTY,
            "logging/setLevel" => set_level(request),
            "tools/list" => params(request).map(|_| Cow::Borrowed(self.catalog.tools_list.as_str())),
            "tools/call" => self.call_tool(request, caller).await.map(Cow::Owned),
            // An app without resources and prompts, until these exist.
            "resources/list" => params(request).map(|_| Cow::Borrowed(r#"{"resources":[]}"#)),
            "resources/templates/list" => params(request).map(|_| Cow::Borrowed(r#"{"resourceTemplates":[]}"#)),
            "resources/read" => Err(unknown_resource(request)),
            "resources/subscribe" | "resources/unsubscribe" => params(request).and(EMPTY),
            "prompts/list" => params(request).map(|_| Cow::Borrowed(r#"{"prompts":[]}"#)),
            "prompts/get" => Err(unknown(request, "prompt", "name")),
            method => {
                let message = format!("Method '{method}' is not available.");
                Err(Refusal { code: code::METHOD_NOT_FOUND, message })
            }
        }
    }

    fn initialize(&self, request: &Request<'_>) -> Result<String, Refusal> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Initialized<'a> {
            protocol_version: &'a str,
            capabilities: &'a RawValue,
            server_info: ServerInfo<'a>,
            #[serde(skip_serializing_if = "Option::is_none")]
            instructions: Option<&'a str>,
        }
        #[derive(Serialize)]
        struct ServerInfo<'a> {
            name: &'a str,
            version: &'a str,
        }

        let asked = match request.params {
            Some(params) => initialize_version(params).ok_or_else(Refusal::internal)?,
            None => String::new(),
        };
        // The revisions that the extension knows; anything else gets the last of them.
        let protocol_version = match asked.as_str() {
            known @ ("2024-11-05" | "2025-03-26" | "2025-06-18") => known,
            _ => "2025-06-18",
        };
        let capabilities = serde_json::from_str(r#"{"logging":{},"prompts":{},"resources":{},"tools":{}}"#);
        text(&Initialized {
            protocol_version,
            capabilities: capabilities.map_err(|_| Refusal::internal())?,
            server_info: ServerInfo { name: &self.server.name, version: &self.server.version },
            instructions: self.instructions.as_deref(),
        })
    }

    async fn call_tool(&self, request: &Request<'_>, caller: impl FnOnce() -> Caller) -> Result<String, Refusal> {
        let Some(params) = params(request)? else { return Err(unknown(request, "tool", "name")) };
        let name: String = member(&params, "name")?.ok_or_else(Refusal::internal)?;
        // The extension has read and written them once before a function sees them.
        let arguments = params.get_some("arguments").map(text).transpose()?;
        let arguments = arguments.map(RawValue::from_string).transpose().map_err(|_| Refusal::internal())?;
        let values = match &arguments {
            Some(arguments) => RawObject::parse(arguments.get()).map_err(|_| Refusal::internal())?,
            None => RawObject::default(),
        };
        let Some(tool) = self.catalog.tool(&name) else { return Err(unknown(request, "tool", "name")) };
        let given = |required: &&String| values.get(required).is_none_or(|value| value.get() == "null");
        let missing: Vec<&str> = tool.required.iter().filter(given).map(String::as_str).collect();
        if !missing.is_empty() {
            return Err(Refusal::invalid_params(format!(
                "One or more required tool properties are missing values. Please provide: {}",
                missing.join(", ")
            )));
        }

        let inputs = tool.property_inputs.iter().map(|(binding, property)| {
            let value = values.get(property).map_or_else(|| Ok(String::new()), argument_text);
            value.map(|value| (binding.clone(), Input::Text(value)))
        });
        let inputs = inputs.collect::<Result<_, _>>().map_err(|_| Refusal::internal())?;
        let invocation = Invocation {
            id: session::guid(),
            function: tool.function.clone(),
            trigger: Trigger::Tool(ToolTrigger { name: name.clone(), arguments, caller: caller() }),
            inputs,
        };
        let result = self.run(invocation, tool.use_result_schema).await.unwrap_or_else(|error| {
            tracing::error!("{}: {error}", tool.function);
            ToolResult::error(format!("An error occurred invoking '{name}'."))
        });
        result.extension_json().map_err(|_| Refusal::internal())
    }

    async fn run(&self, invocation: Invocation, use_result_schema: bool) -> Result<ToolResult, String> {
        let function = invocation.function.clone();
        let result = self.invoker.invoke(invocation).await.map_err(|error| error.to_string())?;
        for line in &result.logs {
            tracing::info!("{function}: {line}");
        }
        result.into_tool_result(use_result_schema).map_err(|error| format!("its result cannot be sent: {error}"))
    }
}

/// The protocol version in the parameters of `initialize`, if they hold what the extension asks for: a version, and a client
/// with a name and a version.
pub(super) fn initialize_version(params: &RawValue) -> Option<String> {
    let params = RawObject::parse(params.get()).ok()?;
    let client = RawObject::parse(params.get_some("clientInfo")?.get()).ok()?;
    for name in ["name", "version"] {
        member::<String>(&client, name).ok()??;
    }
    member(&params, "protocolVersion").ok()?
}

fn set_level(request: &Request<'_>) -> Answer {
    const LEVELS: [&str; 8] = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];
    let Some(params) = params(request)? else { return EMPTY };
    let level: String = member(&params, "level")?.ok_or_else(Refusal::internal)?;
    if LEVELS.iter().any(|known| known.eq_ignore_ascii_case(&level)) { EMPTY } else { Err(Refusal::internal()) }
}

/// The refusal of a name that nothing answers to; without parameters the name is empty, without the name in them the
/// extension fails (recordings/endpoint.jsonl, "call no params", "prompt no name").
fn unknown(request: &Request<'_>, kind: &str, name: &str) -> Refusal {
    let given = match params(request) {
        Ok(None) => Ok(String::new()),
        Ok(Some(params)) => member(&params, name).and_then(|given| given.ok_or_else(Refusal::internal)),
        Err(refusal) => Err(refusal),
    };
    given.map_or_else(|refusal| refusal, |given| Refusal::invalid_params(format!("Unknown {kind}: '{given}'")))
}

fn unknown_resource(request: &Request<'_>) -> Refusal {
    let uri = params(request).ok().flatten().and_then(|params| member::<String>(&params, "uri").ok()?);
    match uri.map(|uri| UriTemplate::parse(&uri)) {
        Some(Err(_)) => Refusal::internal(),
        _ => unknown(request, "resource", "uri"),
    }
}

/// The parameters, if there are any.
fn params<'a>(request: &Request<'a>) -> Result<Option<RawObject<'a>>, Refusal> {
    request.params.map(|params| RawObject::parse(params.get()).map_err(|_| Refusal::internal())).transpose()
}

fn member<T: serde::de::DeserializeOwned>(object: &RawObject<'_>, name: &str) -> Result<Option<T>, Refusal> {
    let value = object.get_some(name).map(|value| serde_json::from_str(value.get()));
    value.transpose().map_err(|_| Refusal::internal())
}

fn text<T: Serialize + ?Sized>(value: &T) -> Result<String, Refusal> {
    system_text::to_string(value).map_err(|_| Refusal::internal())
}
