//! The invocations that run. Each is answered once: by its function, or when the host cancels it.

use super::stream::Outgoing;
use crate::function::{Function, Kind};
use crate::invoke::Functions;
use host_protocol::function_json::{PromptTrigger, ResourceTrigger, ToolTrigger};
use host_protocol::invocation::{TriggerBinding, TriggerKind};
use host_protocol::reply::ReturnValue;
use host_protocol::rpc::streaming_message::Content;
use host_protocol::rpc::{InvocationRequest, InvocationResponse, ParameterBinding, StatusResult, TypedData};
use host_protocol::{FunctionResult, Invocation};
use mcp_trigger_core::lock::lock;
use mcp_trigger_core::task;
use mcp_trigger_core::telemetry::Destination;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex};
use tokio::sync::{oneshot, watch};

/// The running invocations, by their ids.
#[derive(Clone)]
pub(super) struct Calls {
    functions: Arc<Functions>,
    outgoing: Outgoing,
    /// Who removes an id answers it. Dropping the sender cancels the call.
    running: Arc<Mutex<HashMap<String, oneshot::Sender<()>>>>,
    /// How many answers are still to be sent.
    open: watch::Sender<usize>,
}

impl Calls {
    pub(super) fn new(functions: Arc<Functions>, outgoing: Outgoing) -> Self {
        Calls { functions, outgoing, running: Arc::default(), open: watch::Sender::new(0) }
    }

    /// Starts an invocation.
    pub(super) async fn start(&self, function: Option<&'static Function>, request: InvocationRequest) {
        let InvocationRequest { invocation_id: id, function_id, input_data, .. } = request;
        let Some(function) = function else {
            let why =
                format!("the function `{function_id}` is not loaded; the host loads functions before it calls them");
            return self.answer(failed(id, why)).await;
        };
        let (keep, cancelled) = oneshot::channel();
        let is_new = match lock(&self.running).entry(id.clone()) {
            Entry::Occupied(_) => false,
            Entry::Vacant(place) => {
                place.insert(keep);
                true
            }
        };
        if !is_new {
            let why = "an invocation with this id runs already; each has an id of its own";
            return self.answer(failed(id, why.to_owned())).await;
        }
        self.open.send_modify(|open| *open += 1);
        let calls = self.clone();
        task::spawn(async move {
            let response = tokio::select! {
                biased;
                _ = cancelled => None,
                response = invoke(&calls.functions, function, id.clone(), input_data) => Some(response),
            };
            if let Some(response) = response
                && lock(&calls.running).remove(&id).is_some()
            {
                calls.answer(response).await;
                calls.open.send_modify(|open| *open -= 1);
            }
        });
    }

    /// Cancels an invocation, and answers it at once: else the host would end the process, with all other calls in it. An id that is
    /// not known is that of a call which has been answered.
    pub(super) async fn cancel(&self, id: String) {
        let Some(keep) = lock(&self.running).remove(&id) else { return };
        drop(keep);
        self.answer(InvocationResponse {
            invocation_id: id,
            result: Some(StatusResult::cancelled()),
            ..InvocationResponse::default()
        })
        .await;
        self.open.send_modify(|open| *open -= 1);
    }

    /// Waits until all invocations are answered.
    pub(super) async fn done(&self) {
        // The sender is here, so it is not gone.
        let _ = self.open.subscribe().wait_for(|open| *open == 0).await;
    }

    async fn answer(&self, response: InvocationResponse) {
        let id = response.invocation_id.clone();
        if let Err(error) = self.outgoing.send(&Content::InvocationResponse(response).into()).await {
            let response = failed(id, format!("the result cannot be sent: {error}; return less"));
            let _ = self.outgoing.send(&Content::InvocationResponse(response).into()).await;
        }
    }
}

fn failed(invocation_id: String, why: String) -> InvocationResponse {
    let result = Some(StatusResult::failure(why));
    InvocationResponse { invocation_id, result, ..InvocationResponse::default() }
}

async fn invoke(
    functions: &Functions,
    function: &'static Function,
    id: String,
    values: Vec<ParameterBinding>,
) -> InvocationResponse {
    let invocation = match Invocation::from_rpc(id.clone(), function.name, trigger(&function.kind), values) {
        Ok(invocation) => invocation,
        Err(error) => return failed(id, error.to_string()),
    };
    let FunctionResult { return_value, outputs, logs, .. } =
        functions.invoke(function, invocation, Destination::Process).await;
    drop(logs);
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

/// The trigger of a function, as its metadata names it.
fn trigger(kind: &Kind) -> TriggerBinding<'static> {
    match kind {
        Kind::Tool(_) => TriggerBinding::new(ToolTrigger::NAME, TriggerKind::Tool),
        Kind::Resource(_) => TriggerBinding::new(ResourceTrigger::NAME, TriggerKind::Resource),
        Kind::Prompt(_) => TriggerBinding::new(PromptTrigger::NAME, TriggerKind::Prompt),
    }
}
