//! The methods about tasks (SEP-2663).

use super::not_an_object;
use crate::client::AskError;
use crate::server::McpServer;
use crate::server::capabilities;
use crate::server::error::Error;
use crate::server::exchange::Exchange;
use crate::server::outbox::Outbox;
use crate::server::request::{Request, params, text};
use crate::server::tasks::{self, EXTENSION, Tasks};
use host_protocol::json::RawObject;
use std::sync::Arc;

impl McpServer {
    /// Starts `tasks/get`, `tasks/update` or `tasks/cancel`.
    pub(super) fn start_about_task(&self, tasks: &Arc<Tasks>, request: Request) -> Result<Exchange, Error> {
        let extension = ("extensions", Some(EXTENSION));
        if let Err(AskError::MissingCapability(name, part)) =
            capabilities::check(request.sender.capabilities.as_deref(), extension)
        {
            return Err(Error::missing_capability(capabilities::object(name, part)));
        }
        let given = params(request.params.as_deref()).ok_or_else(not_an_object)?;
        let task_id = text(&given, "taskId").ok_or_else(|| Error::invalid_params("`taskId` has to be text"))?;
        if request.method == "tasks/update" {
            answers(&given)?;
        }
        let (tasks, results) = (Arc::clone(tasks), Arc::clone(self.results(request.revision)));
        let owner = tasks::owner(&request.headers, self.functions.trust);
        let Request { id, method, params, .. } = request;
        let work = async move {
            let owner = owner.as_deref();
            Some(match method.as_str() {
                "tasks/get" => tasks.get(&task_id, owner).await.map(|task| results.task(&task.view())),
                "tasks/cancel" => tasks.cancel(&task_id, owner).await.map(|()| results.empty()),
                _ => {
                    let given = self::params(params.as_deref()).unwrap_or_default();
                    match answers(&given) {
                        Ok(answers) => tasks.update(&task_id, owner, &answers).await.map(|()| results.empty()),
                        Err(error) => Err(error),
                    }
                }
            })
        };
        let outbox = Arc::new(Outbox::default());
        Ok(Exchange { id, work: Box::pin(work), outbox, ends_with_client: false, streams: false, session: None })
    }
}

/// The answers that a client sends.
fn answers<'a>(params: &RawObject<'a>) -> Result<RawObject<'a>, Error> {
    let answers = params.get("inputResponses").and_then(|answers| RawObject::parse(answers.get()).ok());
    answers.ok_or_else(|| Error::invalid_params("`inputResponses` has to be an object"))
}
