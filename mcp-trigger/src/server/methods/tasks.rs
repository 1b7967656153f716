//! The methods about tasks (SEP-2663).

use crate::function::client::AskError;
use crate::server::McpServer;
use crate::server::message::Error;
use crate::server::methods::PendingAnswer;
use crate::server::revision::request::{Request, members, required_text};
use crate::server::revision::{Identity, capabilities};
use crate::server::tasks::{EXTENSION, Tasks};
use host_protocol::json::RawObject;
use mcp_trigger_core::mcp::method::Method;
use serde_json::value::RawValue;
use std::sync::Arc;

impl McpServer {
    /// Starts `tasks/get`, `tasks/update` or `tasks/cancel`.
    pub(super) fn start_about_task(
        self: &Arc<Self>,
        tasks: &Arc<Tasks>,
        request: &Request<'_>,
    ) -> Result<PendingAnswer, Error> {
        let extension = ("extensions", Some(EXTENSION));
        let supported = capabilities::check(request.sender.capabilities.as_ref(), extension);
        if let Some((name, part)) = supported.err().as_ref().and_then(AskError::capability) {
            return Err(Error::missing_capability(capabilities::object(name, part)));
        }
        let task_id = required_text(&request.params, "taskId", "taskId")?.into_owned();
        let answers = match request.method {
            Method::TasksUpdate => Some(answers(&request.params)?.to_owned()),
            _ => None,
        };
        let (server, tasks, revision) = (Arc::clone(self), Arc::clone(tasks), request.revision);
        let owner = request.head().identity(self.trust).cloned();
        let (id, is_read) = (request.part(request.id), request.method == Method::TasksGet);
        let work = async move {
            let (owner, results) = (owner.as_ref().map(Identity::as_str), server.results(revision));
            Some(match answers {
                Some(answers) => {
                    let answers = members(Some(&answers));
                    tasks.update(&task_id, owner, &answers).await.map(|()| results.empty())
                }
                None if is_read => tasks.get(&task_id, owner).await.map(|task| results.task(&task.view())),
                None => tasks.cancel(&task_id, owner).await.map(|()| results.empty()),
            })
        };
        Ok(PendingAnswer {
            id,
            work: Box::pin(work),
            client: None,
            ends_with_client: false,
            is_immediate: false,
            session: None,
        })
    }
}

/// The answers that `tasks/update` brings.
fn answers<'a>(params: &RawObject<'a>) -> Result<&'a RawValue, Error> {
    let answers = params.get("inputResponses").filter(|answers| answers.get().starts_with('{'));
    answers.ok_or_else(|| Error::invalid_params("`inputResponses` has to be an object"))
}
