//! The methods of MCP.

mod call;
mod completion;
mod discover;
mod functions;
mod subscribe;
mod tasks;

pub(super) use discover::supported_versions;

use super::McpServer;
use super::error::Error;
use super::exchange::Exchange;
use super::listing::List;
use super::reply::Answer;
use super::request::{Request, text};
use super::results::Results;
use super::session::Session;
use mcp_trigger_core::mcp::log_level::LogLevel;
use std::sync::Arc;

/// A request that is answered, or being worked on.
pub(super) enum Work {
    Done(Answer),
    Running(Exchange),
}

impl McpServer {
    /// Starts to answer a request.
    pub(super) fn start(self: &Arc<Self>, request: &Request<'_>, session: Option<Arc<Session>>) -> Work {
        let results = self.results(request.revision);
        let is_stateless = request.revision.is_stateless();
        let answer = match (&*request.method, is_stateless) {
            ("tools/call" | "resources/read" | "prompts/get", _) => {
                return self.start_function(request, session).unwrap_or_else(refused);
            }
            ("completion/complete", _) => return self.start_completion(request, session).unwrap_or_else(refused),
            ("tasks/get" | "tasks/update" | "tasks/cancel", true) => match &self.tasks {
                Some(tasks) => return self.start_about_task(tasks, request).map_or_else(refused, Work::Running),
                None => Err(unknown(request)),
            },
            ("server/discover", true) => Ok(self.discover(results)),
            ("ping", false) => Ok(results.empty()),
            ("logging/setLevel" | "resources/subscribe" | "resources/unsubscribe", false) => session
                .ok_or_else(|| unknown(request))
                .and_then(|session| self.set(request, &session))
                .map(|()| results.empty()),
            (method, _) => match List::of_method(method) {
                Some(list) => self.list(list, results, request),
                None => Err(unknown(request)),
            },
        };
        Work::Done(answer)
    }

    /// Does what a session remembers.
    fn set(&self, request: &Request<'_>, session: &Session) -> Result<(), Error> {
        match &*request.method {
            "logging/setLevel" => set_log_level(request, session),
            "resources/subscribe" => self.subscribe(request, session),
            _ => subscribe::unsubscribe(request, session),
        }
    }

    fn list(&self, list: List, results: &Results, request: &Request<'_>) -> Answer {
        let cursor = match request.params.get("cursor") {
            Some(_) => {
                Some(text(&request.params, "cursor").ok_or_else(|| Error::invalid_params("`cursor` has to be text"))?)
            }
            None => None,
        };
        self.lists.page(list, results, cursor.as_deref()).map(str::to_owned)
    }
}

fn refused(error: Error) -> Work {
    Work::Done(Err(error))
}

fn unknown(request: &Request<'_>) -> Error {
    Error::unknown_method(request.revision.is_stateless(), &request.method)
}

fn set_log_level(request: &Request<'_>, session: &Session) -> Result<(), Error> {
    let level = text(&request.params, "level").and_then(|level| LogLevel::parse(&level));
    session.set_log_level(level.ok_or_else(|| Error::invalid_params("`level` has to be one of MCP's log levels"))?);
    Ok(())
}
