//! The methods that run a function: what is asked for, and what its outcome is on the wire.

use super::Answering;
use super::call::PreparedCall;
use crate::function::client::AskError;
use crate::function::error::FunctionError;
use crate::function::{Function, Kind, Outcome, Parameter, TaskSupport, Tool};
use crate::invoke::decoded;
use crate::registry::Found;
use crate::server::message::{Answer, Error};
use crate::server::revision::request::{Request, text};
use crate::server::revision::{Results, capabilities, header_parameters};
use crate::server::session::Session;
use crate::server::{McpServer, tasks};
use host_protocol::ToolResult;
use host_protocol::content::{PromptResult, ResourceContents};
use mcp_trigger_core::mcp::method::Method;
use std::sync::Arc;

impl McpServer {
    /// Starts `tools/call`, `resources/read` or `prompts/get`.
    pub(super) fn start_function(
        self: &Arc<Self>,
        request: &Request<'_>,
        session: Option<Arc<Session>>,
    ) -> Result<Answering, Error> {
        let given = &request.params;
        let member = request.method.name_parameter().unwrap_or("name");
        let name = text(given, member).ok_or_else(|| Error::invalid_params(format!("`{member}` has to be text")))?;
        let (function, parameters) = self.function(request, &name)?;
        let bindings = self.bindings.of(function).map_err(|unserved| Error::internal(unserved.to_client(&name)))?;
        let arguments = given.get("arguments").filter(|arguments| arguments.get() != "null");
        if arguments.is_some_and(|arguments| !arguments.get().starts_with('{')) {
            return Err(Error::invalid_params("`arguments` has to be an object"));
        }
        if request.revision.is_stateless()
            && let Kind::Tool(tool) = &function.kind
        {
            header_parameters::check(self.catalog.mirrored(tool), request.headers(), arguments)?;
        }
        let (revision, task) = (request.revision, tasks::possible(function, request));
        if let (Kind::Tool(tool), Err(why)) = (&function.kind, &task)
            && tool.task == TaskSupport::Required
        {
            return Ok(Answering::Done(tool_error(self.results(revision), tool, why.clone().into())));
        }
        let given = if let Kind::Resource(_) = function.kind { given.get("uri") } else { arguments };
        let job = PreparedCall::new(self, function, request, given, session, task)?.with_bindings(bindings);
        Ok(Answering::Pending(match &function.kind {
            Kind::Tool(tool) => {
                job.start(&tool.run, Vec::new(), move |results, outcome: Outcome<ToolResult>| match outcome {
                    Ok(result) => Ok(results.tool(&result)),
                    // Wrong arguments too, on every revision: see `tool_error`.
                    Err(error) => tool_error(results, tool, error),
                })
            }
            Kind::Prompt(prompt) => job.start(&prompt.run, Vec::new(), |results, outcome: Outcome<PromptResult>| {
                outcome.map(|result| results.prompt(&result)).map_err(|error| failed(&error))
            }),
            Kind::Resource(resource) => {
                let parameters = decoded(resource, parameters);
                let name = name.into_owned();
                job.start(&resource.run, parameters, move |results, outcome: Outcome<Option<ResourceContents>>| {
                    let contents = outcome.map_err(|error| failed(&error))?;
                    let not_found = || Error::resource_not_found(revision.is_stateless(), &name);
                    let contents = contents.ok_or_else(not_found)?.or_declared(&name, resource.mime_type);
                    Ok(results.contents(&contents, resource.cache))
                })
            }
        }))
    }

    /// The function that a request asks for, with the parameters of its address.
    fn function(&self, request: &Request<'_>, name: &str) -> Result<(&'static Function, Vec<Parameter>), Error> {
        let (found, kind) = match request.method {
            Method::ToolsCall => (self.catalog.tool(name), "tool"),
            Method::PromptsGet => (self.catalog.prompt(name), "prompt"),
            _ => {
                let found = self.catalog.resource(name);
                let not_found = || Error::resource_not_found(request.revision.is_stateless(), name);
                let Found { function, parameters, .. } = found.ok_or_else(not_found)?;
                return Ok((function, parameters));
            }
        };
        let function = found.ok_or_else(|| Error::unknown(kind, name))?;
        Ok((function, Vec::new()))
    }
}

/// What a resource or a prompt failed with.
pub(super) fn failed(error: &FunctionError) -> Error {
    if let Some(error) = protocol_error(error) {
        return error;
    }
    match error {
        error if error.is_of_arguments() => Error::invalid_params(error.to_string()),
        error if error.is_private() => Error::internal("An error occurred."),
        error => Error::internal(error.to_string()),
    }
}

/// A tool's failure: a result that the model reads, unless the protocol failed.
///
/// Wrong arguments are such a result on every revision. 2025-11-25 and 2026-07-28 list "Input validation errors" among the tool
/// execution errors (`server/tools`, "Error Handling"; SEP-1303). The revisions before them list "Invalid arguments" among the
/// protocol errors and "Invalid input data" among the tool execution errors, both without a MUST; what decides is the SHOULD of
/// their `CallToolResult`: errors that originate from the tool are reported inside the result, "otherwise, the LLM would not be
/// able to see that an error occurred and self-correct", and only errors in *finding* the tool are errors of the protocol.
fn tool_error(results: &Results, tool: &Tool, error: FunctionError) -> Answer {
    match protocol_error(&error) {
        Some(error) => Err(error),
        None => Ok(results.tool_error(tool.name, error)),
    }
}

/// What a function fails with because its client lacks a capability has a code of its own; others it chooses itself.
fn protocol_error(error: &FunctionError) -> Option<Error> {
    if error.is_private() {
        return None;
    }
    match error.downcast_ref().and_then(AskError::capability) {
        Some((capability, part)) => Some(Error::missing_capability(capabilities::object(capability, part))),
        None => error.code().map(|code| Error::of_function(code, error.to_string())),
    }
}
