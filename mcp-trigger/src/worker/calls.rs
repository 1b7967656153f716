//! The invocations that run. Each is answered once: by its function, or when the host cancels it.

use super::forward::forward;
use super::functions::Target;
use super::joins::Route;
use super::requests::HttpWay;
use super::stream::{Outgoing, Ready};
use crate::function::Function;
use crate::invoke::Functions;
use host_protocol::reply::ReturnValue;
use host_protocol::rpc::parameter_binding::RpcData;
use host_protocol::rpc::streaming_message::Content;
use host_protocol::rpc::typed_data::Data;
use host_protocol::rpc::{
    InvocationRequest, InvocationResponse, ParameterBinding, RpcTraceContext, StatusResult, TypedData,
};
use host_protocol::{FunctionResult, Invocation};
use mcp_trigger_core::lock::lock;
use mcp_trigger_core::task;
#[cfg(feature = "otel")]
use mcp_trigger_core::telemetry::otel::AmbientTrace;
use mcp_trigger_core::telemetry::{Destination, LineSink, LogLine};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::{Notify, oneshot};

/// The running invocations, by their ids.
#[derive(Clone)]
pub(super) struct Calls(Arc<Shared>);

struct Shared {
    functions: Arc<Functions>,
    outgoing: Outgoing,
    limits: CallLimits,
    http: HttpWay,
    /// Who removes an id answers it.
    running: Mutex<HashMap<String, RunningCall>>,
    /// Notified when no call runs any more.
    emptied: Notify,
}

/// What holds for all invocations.
#[derive(Clone, Debug)]
pub(super) struct CallLimits {
    /// How long the values of an invocation may be, in bytes.
    pub(super) body_limit: usize,
    /// Why nothing is called, if nothing is.
    pub(super) refusal: Option<&'static str>,
}

struct RunningCall {
    lines: Arc<Lines>,
    /// Dropping it cancels the call.
    _cancel: oneshot::Sender<()>,
}

/// The lines of a call, until the call is answered.
#[derive(Debug)]
struct Lines {
    outgoing: Outgoing,
    is_over: AtomicBool,
}

impl LineSink for Lines {
    fn is_open(&self) -> bool {
        !self.is_over.load(Ordering::Relaxed)
    }

    fn take(&self, invocation: &str, line: LogLine) {
        self.outgoing.send_line(invocation, line);
    }
}

impl Calls {
    pub(super) fn new(functions: Arc<Functions>, outgoing: Outgoing, limits: CallLimits, http: HttpWay) -> Self {
        let (running, emptied) = (Mutex::default(), Notify::new());
        Calls(Arc::new(Shared { functions, outgoing, limits, http, running, emptied }))
    }

    /// Starts an invocation.
    pub(super) fn start(&self, target: Option<Target>, request: InvocationRequest) {
        let InvocationRequest { invocation_id: id, function_id, input_data: values, trace_context } = request;
        let length = length(&values);
        let limit = self.0.limits.body_limit;
        let why = match target {
            None => {
                format!("the function `{function_id}` is not loaded; the host loads functions before it calls them")
            }
            Some(_) if length > limit => format!(
                "the values of the invocation have {length} bytes, and the limit is {limit} (App::body_limit); send less"
            ),
            Some(Target::Function(function)) => match self.0.limits.refusal {
                Some(why) => why.to_owned(),
                None => return self.call(function, id, values, length > task::LONG, trace_context),
            },
            Some(Target::Route(route)) => return self.serve(route, id, values),
        };
        self.0.answer(failed(id, why));
    }

    /// Calls a function.
    fn call(
        &self,
        function: &'static Function,
        id: String,
        values: Vec<ParameterBinding>,
        is_long: bool,
        trace_context: Option<RpcTraceContext>,
    ) {
        #[cfg(not(feature = "otel"))]
        drop(trace_context);
        self.run(id, |shared, id, lines| async move {
            let functions = Arc::clone(&shared.functions);
            let call = invoke(functions, function, id.clone(), values, Destination::Sink(lines));
            #[cfg(feature = "otel")]
            let call = trace(trace_context.as_ref()).around(call);
            match is_long {
                true => match task::answer_long(None, call).await {
                    Ok(response) => response,
                    Err(error) => failed(id, error.to_string()),
                },
                false => call.await,
            }
        });
    }

    /// Lets the app's own server answer a request.
    fn serve(&self, route: Route, id: String, values: Vec<ParameterBinding>) {
        let request = values.into_iter().find_map(|value| match value.rpc_data? {
            RpcData::Data(TypedData { data: Some(Data::Http(request)) }) => Some(*request),
            RpcData::Data(_) => None,
        });
        // A host that hands the request itself on says nothing of it here.
        let request = request.filter(|request| !request.method.is_empty());
        self.run(id, move |shared, id, _| async move {
            let joined = shared.http.joins.invocation(&id, route);
            let Some(request) = request else {
                let result = match joined.await {
                    Some(true) => StatusResult::success(),
                    Some(false) => StatusResult::cancelled(),
                    None => StatusResult::failure("no request with the id of the invocation has come"),
                };
                return InvocationResponse { invocation_id: id, result: Some(result), ..InvocationResponse::default() };
            };
            let forwarded = forward(shared.http.address, &id, route, request, shared.limits.body_limit);
            // The response is what counts.
            let forwarded = tokio::select! {
                forwarded = forwarded => forwarded,
                never = async { joined.await; std::future::pending().await } => never,
            };
            match forwarded {
                Ok(response) => InvocationResponse {
                    invocation_id: id,
                    result: Some(StatusResult::success()),
                    return_value: Some(Data::Http(Box::new(response)).into()),
                    ..InvocationResponse::default()
                },
                Err(why) => failed(id, why),
            }
        });
    }

    /// Runs what answers an invocation, unless the id is that of a running one.
    fn run<F>(&self, id: String, answer: impl FnOnce(Arc<Shared>, String, Arc<Lines>) -> F)
    where
        F: Future<Output = InvocationResponse> + Send + 'static,
    {
        let (cancel, cancelled) = oneshot::channel();
        let lines = Arc::new(Lines { outgoing: self.0.outgoing.clone(), is_over: AtomicBool::new(false) });
        let is_new = match lock(&self.0.running).entry(id.clone()) {
            Entry::Occupied(_) => false,
            Entry::Vacant(place) => {
                place.insert(RunningCall { lines: Arc::clone(&lines), _cancel: cancel });
                true
            }
        };
        if !is_new {
            // An answer to this id would be taken for that of the running one.
            return tracing::error!("an invocation is not run: one with its id {id} runs already");
        }
        let answer = answer(Arc::clone(&self.0), id.clone(), lines);
        let unanswered = Unanswered { shared: Arc::clone(&self.0), id };
        task::spawn(async move {
            let shared = Arc::clone(&unanswered.shared);
            let ready = async { shared.ready(answer.await).await };
            tokio::select! {
                biased;
                _ = cancelled => {}
                ready = ready => if let Some(ready) = ready {
                    shared.end(&unanswered.id, || shared.outgoing.send(ready));
                },
            }
        });
    }

    /// Cancels an invocation, and answers it at once: else the host would end the process, with all other calls in it. An id that is
    /// not known is that of a call which has been answered.
    pub(super) fn cancel(&self, id: String) {
        self.0.end(&id, || {
            let (invocation_id, result) = (id.clone(), Some(StatusResult::cancelled()));
            self.0.answer(InvocationResponse { invocation_id, result, ..InvocationResponse::default() });
        });
    }

    /// Waits until all invocations are answered.
    pub(super) async fn done(&self) {
        loop {
            let mut emptied = std::pin::pin!(self.0.emptied.notified());
            emptied.as_mut().enable();
            if lock(&self.0.running).is_empty() {
                return;
            }
            emptied.await;
        }
    }
}

impl Shared {
    /// Ends a call with its answer, if it has none yet.
    fn end(&self, id: &str, answer: impl FnOnce()) {
        let mut running = lock(&self.running);
        let Some(call) = running.remove(id) else { return };
        call.lines.is_over.store(true, Ordering::Relaxed);
        answer();
        // Who waits for this ends the stream, so the answer comes first.
        if running.is_empty() {
            self.emptied.notify_waiters();
        }
    }

    /// Sends a short answer.
    fn answer(&self, response: InvocationResponse) {
        if let Err(error) = self.outgoing.send_now(&Content::InvocationResponse(response).into()) {
            tracing::error!("an answer to the Functions host cannot be sent: {error}");
        }
    }

    /// Waits until an answer may be sent. `None` if not even its failure can be sent.
    async fn ready(&self, response: InvocationResponse) -> Option<Ready> {
        let id = response.invocation_id.clone();
        match self.outgoing.ready(Content::InvocationResponse(response).into()).await {
            Ok(ready) => Some(ready),
            Err(error) => {
                let failure = failed(id, format!("the result cannot be sent: {error}; return less"));
                self.outgoing.ready(Content::InvocationResponse(failure).into()).await.ok()
            }
        }
    }
}

/// Answers a call whose task has ended without an answer: it has panicked.
struct Unanswered {
    shared: Arc<Shared>,
    id: String,
}

impl Drop for Unanswered {
    fn drop(&mut self) {
        let why = "the call ended without a result; the log of the app has the reason";
        self.shared.end(&self.id, || self.shared.answer(failed(self.id.clone(), why)));
    }
}

/// The length of the values of an invocation, in bytes.
fn length(values: &[ParameterBinding]) -> usize {
    let of_value = |binding: &ParameterBinding| match &binding.rpc_data {
        Some(RpcData::Data(TypedData { data: Some(Data::String(text) | Data::Json(text)) })) => text.len(),
        Some(RpcData::Data(TypedData { data: Some(Data::Bytes(bytes) | Data::Stream(bytes)) })) => bytes.len(),
        // The app's own server has a limit of its own.
        _ => 0,
    };
    values.iter().map(of_value).sum()
}

#[cfg(feature = "otel")]
fn trace(context: Option<&RpcTraceContext>) -> AmbientTrace {
    AmbientTrace::read(|name| {
        let context = context?;
        let part = match name {
            "traceparent" => &context.trace_parent,
            "tracestate" => &context.trace_state,
            _ => return None,
        };
        (!part.is_empty()).then_some(part.as_str().into())
    })
}

fn failed(invocation_id: String, why: impl Into<String>) -> InvocationResponse {
    let result = Some(StatusResult::failure(why));
    InvocationResponse { invocation_id, result, ..InvocationResponse::default() }
}

async fn invoke(
    functions: Arc<Functions>,
    function: &'static Function,
    id: String,
    values: Vec<ParameterBinding>,
    lines: Destination,
) -> InvocationResponse {
    let invocation = match Invocation::from_rpc(id.clone(), function.name, function.kind.trigger(), values) {
        Ok(invocation) => invocation,
        Err(error) => return failed(id, error.to_string()),
    };
    let FunctionResult { return_value, outputs, .. } = functions.invoke(function, invocation, lines).await;
    if let ReturnValue::Failed(why) = return_value {
        return failed(id, why);
    }
    let return_value = match TypedData::of_return_value(&return_value) {
        Ok(value) => value,
        Err(error) => return failed(id, error.to_string()),
    };
    let is_base64 = |name: &str| function.bindings.iter().any(|binding| binding.name == name && binding.is_base64());
    let output = |(name, value): (String, Box<serde_json::value::RawValue>)| {
        let value = TypedData::of_output(&value, is_base64(&name));
        ParameterBinding::new(name, value)
    };
    InvocationResponse {
        invocation_id: id,
        output_data: outputs.into_iter().map(output).collect(),
        result: Some(StatusResult::success()),
        return_value,
    }
}
