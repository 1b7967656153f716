//! From an invocation to the result of its function, whoever asks: the custom handler, or the local host in process.

mod observed;
mod owned_call;
mod running;
mod threads;
mod watchdog;

pub(crate) use threads::{BLOCKING_THREADS, Threads};

use crate::function::changes::Changes;
use crate::function::client::NO_TASKS;
use crate::function::context::{Context, Origin};
use crate::function::error::FunctionError;
use crate::function::layer::{FunctionOutput, Layers};
use crate::function::params::States;
use crate::function::principal::{Access, Trust};
use crate::function::{BoxFuture, Function, Kind, Outcome, Parameter, PollHistory, Resource, Run, TaskSupport};
use crate::registry::Registry;
use host_protocol::invocation::{
    Input, PromptInvocationContext, ResourceInvocationContext, ToolInvocationContext, Trigger,
};
use host_protocol::reply::ReturnValue;
use host_protocol::uri::UriTemplate;
use host_protocol::{FunctionResult, Invocation, ToolResult};
use mcp_trigger_core::accounts::Account;
use mcp_trigger_core::lock::lock;
use mcp_trigger_core::mcp::json_text::JsonText;
use mcp_trigger_core::telemetry::{CallLog, Called, Destination, LogLine};
use observed::Observed;
use owned_call::OwnedCall;
use percent_encoding::percent_decode_str;
use running::Running;
use serde_json::value::RawValue;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::sync::SetOnce;
use tracing::Level;

/// The functions of the app, with all they need to run.
#[derive(Debug)]
pub(crate) struct Functions {
    pub(crate) registry: Registry,
    /// Set when the app is ready: calls that come earlier wait.
    pub(crate) states: SetOnce<Arc<States>>,
    /// The time limit of a call whose function sets none.
    pub(crate) timeout: Option<Duration>,
    /// Whether to believe headers that say who calls.
    pub(crate) trust: Trust,
    /// Whether only callers that have signed in may call, whatever the function says.
    pub(crate) sign_in: bool,
    /// Who hears of what functions change.
    pub(crate) changes: Changes,
    /// Where functions run; `None` if it is where they are called.
    pub(crate) threads: Option<Threads>,
    /// The layers of the app, which run around every call.
    pub(crate) layers: Layers,
}

/// What a function is called with, whatever its kind.
#[derive(Default)]
pub(crate) struct Request {
    pub(crate) origin: Origin,
    /// An object as JSON text.
    pub(crate) arguments: Option<JsonText>,
    /// The address of a resource, if layers see it.
    pub(crate) uri: Option<String>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) inputs: Vec<(String, Input)>,
    /// The account of the caller. `None` if the caller is the host, or its calls need no thread.
    pub(crate) account: Option<Arc<Account>>,
}

/// What a function ended with, and what it leaves behind.
#[derive(Debug)]
pub(crate) struct Answer<T> {
    pub(crate) outcome: Outcome<T>,
    /// What goes to its output bindings; nothing if it failed.
    pub(crate) outputs: Vec<(String, Box<RawValue>)>,
    pub(crate) logs: Vec<LogLine>,
}

impl Functions {
    /// Runs a function for a host. A tool's failure is part of its result: the host does not hear of it as a failed invocation.
    pub(crate) async fn invoke(
        &self,
        function: &'static Function,
        invocation: Invocation,
        logs: Destination,
    ) -> FunctionResult {
        let Invocation { id, trigger, inputs, .. } = invocation;
        match (&function.kind, trigger) {
            (Kind::Tool(tool), Trigger::Tool(_)) if tool.task == TaskSupport::Required => {
                let why = format!("{} runs as a task only: {NO_TASKS}", tool.name);
                FunctionResult::new(ReturnValue::Tool(ToolResult::error(why)))
            }
            (Kind::Tool(tool), Trigger::Tool(ToolInvocationContext { arguments, caller, .. })) => {
                let (origin, arguments) = (Origin::of_host(id, caller, logs), arguments.map(JsonText::from));
                let request = Request { origin, arguments, inputs, ..Request::default() };
                let answer = self.run(function, &tool.run, request).await;
                answer.into_result(|outcome| {
                    ReturnValue::Tool(outcome.unwrap_or_else(|error| error.into_tool_result(tool.name)))
                })
            }
            (
                Kind::Resource(resource),
                Trigger::Resource(ResourceInvocationContext { uri, caller, parameters, .. }),
            ) => {
                let parameters = uri_parameters(resource, &uri, parameters);
                let (origin, seen) = (Origin::of_host(id, caller, logs), self.seen_uri(|| Some(uri.clone())));
                let request = Request { origin, uri: seen, parameters, inputs, ..Request::default() };
                let answer = self.run(function, &resource.run, request).await;
                answer.into_result(|outcome| match outcome {
                    Ok(None) => ReturnValue::None,
                    Ok(Some(contents)) => ReturnValue::Resource(contents.or_declared(&uri, resource.mime_type)),
                    Err(error) => ReturnValue::Failed(error.to_string()),
                })
            }
            (Kind::Prompt(prompt), Trigger::Prompt(PromptInvocationContext { arguments, caller, .. })) => {
                let (origin, arguments) = (Origin::of_host(id, caller, logs), arguments.map(JsonText::from));
                let request = Request { origin, arguments, inputs, ..Request::default() };
                let answer = self.run(function, &prompt.run, request).await;
                answer.into_result(|outcome| match outcome {
                    Ok(result) => ReturnValue::Prompt(result),
                    Err(error) => ReturnValue::Failed(error.to_string()),
                })
            }
            (kind, _) => {
                let why = format!("{} is a {}, and called as such only", function.name, kind.noun());
                let logs = vec![LogLine::new(Level::ERROR, function.location.module, &why).to_string()];
                FunctionResult::new(ReturnValue::Failed(why)).with_logs(logs)
            }
        }
    }

    /// Runs a function.
    pub(crate) async fn run<T: FunctionOutput>(
        &self,
        function: &'static Function,
        run: &Run<T>,
        request: Request,
    ) -> Answer<T> {
        let states = match self.states.get() {
            Some(states) => states,
            None => self.states.wait().await,
        };
        let Request { origin, arguments, uri, parameters, inputs, account } = request;
        let context = self.context(function, origin);
        let log = context.log().clone();
        let (called, observed) = (Called::now(&log), Observed::begin::<T>(function, &context, uri.as_deref()));
        let mut interrupted = None;
        let (outcome, mut outputs) = match self.admit(function, &context, arguments.as_ref()) {
            // Layers see refused calls too.
            Err(error) if self.layers.is_empty() => (Err(error), Vec::new()),
            admitted => {
                // All threads would count the same states up and down.
                let states = (!states.is_empty()).then(|| Arc::clone(states));
                let (code, ended) = (run.code, Arc::new(Mutex::new(None)));
                let leaves = Arc::clone(&ended);
                let owned = OwnedCall { context, arguments, parameters, inputs, states };
                // It leaves its outcome, and is of the same type for all functions.
                let call: BoxFuture<'static, ()> = if self.layers.is_empty() {
                    Box::pin(async move {
                        let outcome = owned.run(code).await;
                        *lock(&leaves) = Some(outcome);
                    })
                } else {
                    let layers = self.layers.clone();
                    Box::pin(async move {
                        let outcome = owned.run_in_layers(&layers, uri.as_deref(), admitted, code).await;
                        *lock(&leaves) = Some(outcome);
                    })
                };
                let call = Running::new(log.clone(), observed.inside(call));
                match self.run_call(function, run.history, call, account).await {
                    Ok(()) => lock(&ended)
                        .take()
                        .unwrap_or_else(|| (Err(FunctionError::private("it left no outcome")), Vec::new())),
                    Err(early) => {
                        interrupted = Some(early.kind());
                        (Err(early.say(function.client_name())), Vec::new())
                    }
                }
            }
        };
        if let Err(error) = &outcome {
            log.failed(error.logged());
            outputs.clear();
        }
        called.ended(outcome.as_ref().is_ok_and(|result| !result.is_error()));
        observed.ended(&outcome, interrupted);
        Answer { outcome, outputs, logs: log.take() }
    }

    /// The address of a resource, for those who look at calls: layers, and the export of traces. `None` if there are none.
    pub(crate) fn seen_uri(&self, uri: impl FnOnce() -> Option<String>) -> Option<String> {
        if self.layers.is_empty() && !Observed::is_wanted() { None } else { uri() }
    }

    fn context(&self, function: &Function, origin: Origin) -> Context {
        let deadline = self.limit(function).map(|limit| Instant::now() + limit);
        Context::new(origin, function.source(), self.trust, deadline, self.changes.clone())
    }

    /// How long a call of the function may take.
    fn limit(&self, function: &Function) -> Option<Duration> {
        function.timeout.or(self.timeout)
    }

    /// Runs a call to its end.
    ///
    /// # Errors
    ///
    /// If the call panics or takes too long.
    async fn run_call(
        &self,
        function: &Function,
        history: Option<&'static PollHistory>,
        mut call: Running,
        account: Option<Arc<Account>>,
    ) -> Result<(), Interrupted> {
        let _over = Over(call.log().clone());
        let running = pin!(async move {
            let ended = match &self.threads {
                Some(threads) => threads.run(history, call, account.as_deref()).await,
                None => std::future::poll_fn(|cx| call.poll(cx)).await,
            };
            ended.map_err(Interrupted::Panicked)
        });
        within(self.limit(function), running).await
    }

    /// Whether the caller may call the function, and with these arguments.
    fn admit(&self, function: &Function, context: &Context, arguments: Option<&JsonText>) -> Outcome<()> {
        self.admit_caller(function, context)?;
        arguments.map_or(Ok(()), |arguments| self.registry.check_constraints(function, arguments))
    }

    fn admit_caller(&self, function: &Function, context: &Context) -> Outcome<()> {
        let Some(access) = function.access.as_ref().or(self.sign_in.then_some(&Access::SIGNED_IN)) else {
            return Ok(());
        };
        access.check(context.principal()).map_err(|denied| {
            if let Some(advice) = denied.advice(context.trust()) {
                context.log().log(Level::WARN, advice);
            }
            denied.into()
        })
    }
}

impl<T> Answer<T> {
    fn into_result(self, return_value: impl FnOnce(Outcome<T>) -> ReturnValue) -> FunctionResult {
        let logs = self.logs.iter().map(LogLine::to_string).collect();
        FunctionResult::new(return_value(self.outcome)).with_outputs(self.outputs).with_logs(logs)
    }
}

/// What stands in the places of a resource's parameters. The local host has found that out already; on the wire it is in
/// `Metadata` only, so the handler matches the address again.
fn uri_parameters(resource: &Resource, uri: &str, mut parameters: Vec<Parameter>) -> Vec<Parameter> {
    if parameters.is_empty() && resource.uri.contains('{') {
        let template = UriTemplate::parse(resource.uri).ok();
        let matched = template.as_ref().and_then(|template| template.matches(uri)).unwrap_or_default();
        parameters = matched.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    }
    decoded(resource, parameters)
}

/// The parameters of a resource's address as its function wants them.
pub(crate) fn decoded(resource: &Resource, mut parameters: Vec<Parameter>) -> Vec<Parameter> {
    if resource.percent_decode {
        for (_, value) in &mut parameters {
            *value = percent_decode_str(value).decode_utf8_lossy().into_owned();
        }
    }
    parameters
}

/// Tells a call that nobody waits for it any more: a function that is not `async` may still run, on its own thread.
struct Over(CallLog);

impl Drop for Over {
    fn drop(&mut self) {
        self.0.set_over();
    }
}

/// How a call can end without an answer of its own.
enum Interrupted {
    Panicked(String),
    TookTooLong(Duration),
}

impl Interrupted {
    /// The kind of the interruption, for the owner of the app.
    fn kind(&self) -> &'static str {
        match self {
            Interrupted::Panicked(_) => "panic",
            Interrupted::TookTooLong(_) => "timeout",
        }
    }

    /// A panic is told to the log only, for its message was not meant for the client; a time-out to both.
    fn say(self, name: &str) -> FunctionError {
        match self {
            Interrupted::Panicked(message) => FunctionError::private(format!("it panicked: {message}")),
            Interrupted::TookTooLong(limit) => {
                format!("{name} took longer than {} s and was stopped", limit.as_secs_f64()).into()
            }
        }
    }
}

/// Runs a call for no longer than `limit`. The host would end the whole process, with every other call in it
/// (ground-truth.md §4, "functionTimeout exceeded").
async fn within(
    limit: Option<Duration>,
    mut run: Pin<&mut impl Future<Output = Result<(), Interrupted>>>,
) -> Result<(), Interrupted> {
    // Most calls are over at once. A timer for each, though never looked at, is a counter that all threads share.
    if let Poll::Ready(outcome) = std::future::poll_fn(|cx| Poll::Ready(run.as_mut().poll(cx))).await {
        return outcome;
    }
    match limit {
        None => run.await,
        Some(limit) => tokio::time::timeout(limit, run).await.unwrap_or(Err(Interrupted::TookTooLong(limit))),
    }
}
