//! The invocations that run. Each is answered once: by its function, or when the host cancels it.

use super::stream::{Outgoing, Ready};
use crate::function::Function;
use crate::invoke::Functions;
use host_protocol::reply::ReturnValue;
use host_protocol::rpc::parameter_binding::RpcData;
use host_protocol::rpc::streaming_message::Content;
use host_protocol::rpc::typed_data::Data;
use host_protocol::rpc::{InvocationRequest, InvocationResponse, ParameterBinding, StatusResult, TypedData};
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
    pub(super) fn new(functions: Arc<Functions>, outgoing: Outgoing, limits: CallLimits) -> Self {
        Calls(Arc::new(Shared { functions, outgoing, limits, running: Mutex::default(), emptied: Notify::new() }))
    }

    /// Starts an invocation.
    pub(super) fn start(&self, function: Option<&'static Function>, request: InvocationRequest) {
        let InvocationRequest { invocation_id: id, function_id, input_data: values, trace_context } = request;
        let Some(function) = function else {
            let why =
                format!("the function `{function_id}` is not loaded; the host loads functions before it calls them");
            return self.0.answer(failed(id, why));
        };
        if let Some(why) = self.0.limits.refusal {
            return self.0.answer(failed(id, why));
        }
        let length = length(&values);
        if length > self.0.limits.body_limit {
            let limit = self.0.limits.body_limit;
            let why = format!(
                "the values of the invocation have {length} bytes, and the limit is {limit} (App::body_limit); send less"
            );
            return self.0.answer(failed(id, why));
        }
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
            let why = "an invocation with this id runs already; each has an id of its own";
            return self.0.answer(failed(id, why));
        }
        #[cfg(not(feature = "otel"))]
        drop(trace_context);
        let unanswered = Unanswered { shared: Arc::clone(&self.0), id: id.clone() };
        task::spawn(async move {
            let shared = Arc::clone(&unanswered.shared);
            let answering = async {
                let functions = Arc::clone(&shared.functions);
                let call = invoke(functions, function, id.clone(), values, Destination::Sink(lines));
                #[cfg(feature = "otel")]
                let call = trace(trace_context.as_ref()).around(call);
                let response = match length > task::LONG {
                    true => match task::answer_long(None, call).await {
                        Ok(response) => response,
                        Err(error) => failed(id.clone(), error.to_string()),
                    },
                    false => call.await,
                };
                shared.ready(response).await
            };
            tokio::select! {
                biased;
                _ = cancelled => {}
                Some(ready) = answering => shared.end(&unanswered.id, || shared.outgoing.send(ready)),
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
        _ => 0,
    };
    values.iter().map(of_value).sum()
}

#[cfg(feature = "otel")]
fn trace(context: Option<&host_protocol::rpc::RpcTraceContext>) -> AmbientTrace {
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
