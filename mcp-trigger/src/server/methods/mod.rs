//! The methods of MCP: each answers at once, or prepares a call of a function.

mod call;
mod completion;
mod discover;
mod failure;
mod prepared_call;
mod session;
mod step_up;
mod tasks;

use crate::function::BoxFuture;
use crate::server::McpServer;
use crate::server::asking::RunningClient;
use crate::server::listing::List;
use crate::server::message::{Answer, Error};
use crate::server::revision::Results;
use crate::server::revision::request::{Request, required_text};
use crate::server::session::Session;
use mcp_trigger_core::mcp::json_text::JsonText;
use mcp_trigger_core::mcp::method::Method;
use std::borrow::Cow;
use std::sync::Arc;

/// A request whose answer is not there yet.
pub(in crate::server) struct PendingAnswer {
    pub(in crate::server) id: JsonText,
    /// The future of the answer; `None` if the client cancelled the request.
    pub(in crate::server) work: BoxFuture<'static, Option<Answer>>,
    /// The client whose outbox is sent before the answer; `None` if the client reads no events, or no messages can come.
    pub(in crate::server) client: Option<Arc<RunningClient>>,
    /// Whether the request is cancelled when the client disconnects. Since 2026-07-28 it is. Before, the work goes on (specification
    /// 2025-11-25: `basic/transports`, "Disconnection").
    pub(in crate::server) ends_with_client: bool,
    /// Whether all requests of this kind have been answered at once, so that none of them stays.
    pub(in crate::server) is_immediate: bool,
    /// The session in which the client can resume the stream of the answer.
    pub(in crate::server) session: Option<Arc<Session>>,
}

/// A request that was started.
pub(in crate::server) enum Answering {
    Done(Answer),
    Pending(PendingAnswer),
}

impl McpServer {
    /// Starts to answer a request.
    pub(in crate::server) fn start(
        self: &Arc<Self>,
        request: &Request<'_>,
        session: Option<Arc<Session>>,
    ) -> Answering {
        let results = self.results(request.revision);
        let is_stateless = request.revision.is_stateless();
        let answer = match request.method {
            Method::ToolsCall | Method::ResourcesRead | Method::PromptsGet => {
                return self.start_function(request, session).unwrap_or_else(refused);
            }
            Method::CompletionComplete => return self.start_completion(request, session).unwrap_or_else(refused),
            Method::ToolsList => self.list(List::Tools, results, request),
            Method::ResourcesList => self.list(List::Resources, results, request),
            Method::ResourceTemplatesList => self.list(List::Templates, results, request),
            Method::PromptsList => self.list(List::Prompts, results, request),
            Method::TasksGet | Method::TasksUpdate | Method::TasksCancel if is_stateless => match &self.tasks {
                Some(tasks) => return self.start_about_task(tasks, request).map_or_else(refused, Answering::Pending),
                None => Err(unknown(request)),
            },
            Method::ServerDiscover if is_stateless => Ok(self.discover(results)),
            Method::Ping if !is_stateless => Ok(results.empty()),
            Method::LoggingSetLevel | Method::ResourcesSubscribe | Method::ResourcesUnsubscribe if !is_stateless => {
                session
                    .ok_or_else(|| unknown(request))
                    .and_then(|session| self.set(request, &session))
                    .map(|()| results.empty())
            }
            _ => Err(unknown(request)),
        };
        Answering::Done(answer)
    }

    fn list(&self, list: List, results: &Results, request: &Request<'_>) -> Answer {
        let cursor = match request.params.get("cursor") {
            Some(_) => Some(required_text(&request.params, "cursor", "cursor")?),
            None => None,
        };
        let caller = || request.head().signed_in(self.trust).map(|caller| &caller.principal);
        self.lists.page(list, results, cursor.as_deref(), caller).map(Cow::into_owned)
    }
}

fn refused(error: Error) -> Answering {
    Answering::Done(Err(error))
}

fn unknown(request: &Request<'_>) -> Error {
    Error::unknown_method(request.revision.is_stateless(), request.method.as_str())
}
