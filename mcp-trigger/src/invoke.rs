//! From an invocation to the result of its function, whoever asks: the custom handler, or the local host in process.

use crate::context::Context;
use crate::error::ToolError;
use crate::registry::Registry;
use crate::state::States;
use crate::telemetry;
use crate::tool::{BoxFuture, Call, Outcome, Tool};
use host_protocol::invocation::{ToolTrigger, Trigger};
use host_protocol::reply::ReturnValue;
use host_protocol::{FunctionResult, Invocation, ToolResult};
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::sync::SetOnce;

/// The functions of the app, with all they need to run.
#[derive(Debug)]
pub(crate) struct Functions {
    pub(crate) registry: Registry,
    /// Set when the app is ready: calls that come earlier wait.
    pub(crate) states: SetOnce<States>,
    /// The time limit of a call whose function sets none.
    pub(crate) timeout: Option<Duration>,
}

impl Functions {
    /// Runs a function. Its failure is part of the result: the host does not hear of it as a failed invocation.
    pub(crate) async fn invoke(&self, tool: &'static Tool, invocation: Invocation) -> FunctionResult {
        let Trigger::Tool(ToolTrigger { arguments, caller, .. }) = invocation.trigger else {
            return answer(ToolResult::error(format!("{} answers tool calls only", tool.function)), Vec::new());
        };
        let states = match self.states.get() {
            Some(states) => states,
            None => self.states.wait().await,
        };
        let limit = tool.timeout.or(self.timeout);
        let context = Context::new(invocation.id, tool.name, caller, limit.map(|limit| Instant::now() + limit));
        let outcome = match Call::new(&context, arguments.as_deref(), states) {
            Ok(call) => {
                let run = telemetry::scope(context.logs(), catch_panics((tool.call)(&call)));
                within(limit, run).await.unwrap_or_else(|interrupted| Err(interrupted.say(tool.name)))
            }
            Err(error) => Err(error),
        };
        let result = outcome.unwrap_or_else(|error| {
            context.error(format_args!("{} failed: {error}", tool.name));
            error.into_result(tool.name)
        });
        answer(result, context.logs().take())
    }
}

fn answer(result: ToolResult, logs: Vec<String>) -> FunctionResult {
    FunctionResult { return_value: ReturnValue::Tool(result), outputs: Vec::new(), logs }
}

/// How a call can end without an answer of its own.
enum Interrupted {
    Panicked(String),
    TookTooLong(Duration),
}

impl Interrupted {
    /// A panic is told to the log only, for its message was not meant for the model; a time-out to both.
    fn say(self, tool: &str) -> ToolError {
        match self {
            Interrupted::Panicked(message) => ToolError::private(format!("it panicked: {message}")),
            Interrupted::TookTooLong(limit) => {
                format!("{tool} took longer than {} s and was stopped", limit.as_secs_f64()).into()
            }
        }
    }
}

/// Runs a call for no longer than `limit`. The host would end the whole process, with every other call in it
/// (ground-truth.md §4, "functionTimeout exceeded").
async fn within(
    limit: Option<Duration>,
    run: impl Future<Output = Result<Outcome, Interrupted>>,
) -> Result<Outcome, Interrupted> {
    let mut run = std::pin::pin!(run);
    // Most calls are over at once. A timer for each, though never looked at, is a counter that all threads share.
    if let Poll::Ready(outcome) = std::future::poll_fn(|cx| Poll::Ready(run.as_mut().poll(cx))).await {
        return outcome;
    }
    match limit {
        None => run.await,
        Some(limit) => tokio::time::timeout(limit, run).await.unwrap_or(Err(Interrupted::TookTooLong(limit))),
    }
}

/// A panic in one function must not be the end of the process: the host counts three of those and gives up.
async fn catch_panics(mut run: BoxFuture<'_, Outcome>) -> Result<Outcome, Interrupted> {
    std::future::poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| run.as_mut().poll(cx))) {
        Ok(poll) => poll.map(Ok),
        Err(payload) => Poll::Ready(Err(Interrupted::Panicked(panic_message(&*payload)))),
    })
    .await
}

fn panic_message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied().or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("without a message").to_owned()
}
