//! Calls that become tasks.

use super::InputRounds;
use super::StateScope;
use crate::function::BoxFuture;
use crate::function::client::{AskError, Question};
use crate::server::message::Answer;
use crate::server::revision::Results;
use crate::server::tasks::{Task, Tasks};
use crate::server::transport::Outbox;
use mcp_trigger_core::accounts::Account;
use mcp_trigger_core::mcp::json_text::JsonText;
use mcp_trigger_core::task;
use serde_json::value::RawValue;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;
use tokio::sync::SetOnce;

/// A call that can become a task.
pub(in crate::server) struct TaskCall {
    pub(in crate::server) tasks: Arc<Tasks>,
    /// Whether the function decides when the call becomes a task.
    pub(in crate::server) later: bool,
    /// Questions before the call becomes a task.
    pub(in crate::server) rounds: InputRounds,
    pub(in crate::server) owner: Option<String>,
    pub(in crate::server) account: Arc<Account>,
    pub(in crate::server) time_limit: Option<Duration>,
    pub(in crate::server) capabilities: Option<JsonText>,
    pub(in crate::server) moment: TaskStart,
}

/// The moment when a call becomes a task.
#[derive(Default)]
pub(in crate::server) struct TaskStart {
    has_come: AtomicBool,
    /// The task, once it was created.
    task: SetOnce<Arc<Task>>,
}

/// How long a task is kept after the time limit of its function.
const AFTERWARDS: Duration = Duration::from_secs(60 * 60);
/// The time limit of a task whose function has none.
const NO_LIMIT: Duration = Duration::from_secs(24 * 60 * 60);

impl TaskCall {
    /// Makes the call a task, now.
    pub(in crate::server) async fn begin(&self) {
        self.moment.has_come.store(true, Ordering::Relaxed);
        self.moment.task.wait().await;
    }

    pub(in crate::server) async fn ask(&self, question: Question) -> Result<Box<RawValue>, AskError> {
        match self.moment.task.get() {
            Some(task) => task.questions.ask(question).await,
            None => self.rounds.ask(question).await,
        }
    }

    /// The answer to the call: the task, or the result or the question that comes before it. The task closes the `outbox`.
    pub(in crate::server) async fn answer(
        &self,
        mut function: BoxFuture<'static, Answer>,
        results: &Results,
        scope: StateScope<'_>,
        outbox: &Outbox,
    ) -> Answer {
        if self.later {
            let before = std::future::poll_fn(|cx| match function.as_mut().poll(cx) {
                Poll::Ready(answer) => Poll::Ready(Some(answer)),
                Poll::Pending if self.rounds.are_open() => {
                    Poll::Ready(Some(self.rounds.result(scope).map(|members| results.finish(members))))
                }
                Poll::Pending if self.moment.has_come.load(Ordering::Relaxed) => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            });
            if let Some(answer) = before.await {
                return answer;
            }
        }
        let lifetime = self.time_limit.unwrap_or(NO_LIMIT) + AFTERWARDS;
        let run = self.tasks.create(self.owner.clone(), lifetime, self.capabilities.as_ref(), &self.account).await?;
        let answer = results.created(&run.record().view());
        outbox.close();
        let _ = self.moment.task.set(Arc::clone(run.task()));
        task::spawn(run.run(function));
        answer
    }
}
