//! The methods that call a function: `tools/call`, `resources/read` and `prompts/get`.
//!
//! A request becomes a function with its arguments (here), a prepared call (`prepared_call`), an outcome, and a result (here, in
//! `failure`, and in `revision::Results`).

use super::Answering;
use super::failure::{failed, tool_error};
use super::prepared_call::PreparedCall;
use crate::function::{Function, Kind, Outcome, Parameter, TaskSupport};
use crate::invoke::decoded;
use crate::registry::Found;
use crate::server::message::Error;
use crate::server::revision::header_parameters;
use crate::server::revision::request::{Request, required_text};
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
        let name = required_text(given, member, member)?;
        let (function, parameters) = self.function(request, &name)?;
        let bindings = self.bindings.of(function).map_err(|unserved| Error::internal(unserved.to_client(&name)))?;
        self.check_scopes(function, request.head())?;
        let arguments = given.get("arguments").filter(|arguments| arguments.get() != "null");
        if arguments.is_some_and(|arguments| !arguments.get().starts_with('{')) {
            return Err(Error::invalid_params("`arguments` has to be an object"));
        }
        if request.revision.is_stateless()
            && !request.head().is_stdio
            && let Kind::Tool(tool) = &function.kind
        {
            header_parameters::check(self.catalog.header_parameters(tool), request.headers(), arguments)?;
        }
        let (revision, task) = (request.revision, tasks::possible(function, request));
        if let (Kind::Tool(tool), Err(why)) = (&function.kind, &task)
            && tool.task == TaskSupport::Required
        {
            return Ok(Answering::Done(tool_error(self.results(revision), tool, why.clone().into())));
        }
        let given = if let Kind::Resource(_) = function.kind { given.get("uri") } else { arguments };
        let call = PreparedCall::new(self, function, request, given, session, task)?.with_bindings(bindings);
        Ok(Answering::Pending(match &function.kind {
            Kind::Tool(tool) => {
                call.start(&tool.run, Vec::new(), move |results, outcome: Outcome<ToolResult>| match outcome {
                    Ok(result) => Ok(results.tool(&result)),
                    // Wrong arguments too, on every revision: see `tool_error`.
                    Err(error) => tool_error(results, tool, error),
                })
            }
            Kind::Prompt(prompt) => call.start(&prompt.run, Vec::new(), |results, outcome: Outcome<PromptResult>| {
                outcome.map(|result| results.prompt(&result)).map_err(|error| failed(&error))
            }),
            Kind::Resource(resource) => {
                let parameters = decoded(resource, parameters);
                let name = name.into_owned();
                call.start(&resource.run, parameters, move |results, outcome: Outcome<Option<ResourceContents>>| {
                    let contents = outcome.map_err(|error| failed(&error))?;
                    let not_found = || Error::resource_not_found(revision.is_stateless(), &name);
                    let contents = contents.ok_or_else(not_found)?.or_declared(&name, resource.mime_type);
                    Ok(results.contents(&contents, resource.cache))
                })
            }
        }))
    }

    /// The function that a request names, with the parameters in the address of a resource.
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
