//! Calls of functions with bindings.

use crate::function::error::FunctionError;
use crate::function::layer::FunctionOutput;
use crate::function::principal::Principal;
use crate::function::{Function, Kind, Run};
use crate::invoke::{Answer, Request};
use crate::server::McpServer;
use crate::server::asking::RunningClient;
use host_protocol::invocation::{
    Input, LazyCaller, PromptInvocationContext, ResourceInvocationContext, ToolInvocationContext, Trigger,
};
use host_protocol::{FunctionResult, Invocation};
use mcp_trigger_core::ids;
use mcp_trigger_core::mcp::json_text::JsonText;
use mcp_trigger_core::storage::bindings::{BindingFailure, Bindings, BoundCall};
use mcp_trigger_core::task;
use mcp_trigger_core::telemetry::CallLog;
use serde_json::value::RawValue;
use std::sync::Arc;
use std::time::Duration;
use tracing::Level;

impl McpServer {
    /// Calls a function with its bindings: reads the inputs before, and stores the outputs if the function succeeds.
    pub(in crate::server) async fn run_bound<T: FunctionOutput>(
        &self,
        bindings: &Arc<Bindings>,
        function: &'static Function,
        run: &'static Run<T>,
        mut request: Request,
        client: &RunningClient,
    ) -> Answer<T> {
        let caller = &request.origin.caller;
        let is_refused = function.access.as_ref().is_some_and(|access| {
            let principal = Principal::from_headers(&caller.transport.headers, self.trust);
            access.check(principal.as_ref()).is_err()
        });
        if is_refused {
            // Nothing is read for such a caller, and the function does not run: its own door says why.
            return self.functions.run(function, run, request).await;
        }
        if request.origin.id.is_empty() {
            request.origin.id = ids::guid();
        }
        let log = CallLog::of_invocation(function.client_name(), &request.origin.id, module_path!());
        let limit = function.timeout.or(self.functions.timeout);
        let mut invocation = self.invocation(function, caller.clone(), client.given.as_ref());
        let begun = within(limit, BoundCall::begin(bindings, &self.bindings.storages, &mut invocation)).await;
        let begun = match begun.unwrap_or_else(|late| Err(late.into())) {
            Ok(begun) => begun,
            Err(failure) => return failed(function, &log, &[failure], "one of its inputs cannot be read"),
        };
        request.inputs = invocation.inputs;
        // On the wire a blob that is not there is hardly told from a few bytes; here it is.
        request.inputs.retain(|(_, input)| *input != Input::Missing);
        let answer = self.functions.run(function, run, request).await;
        // What it asked and did not wait for is not asked any more: it would end the call, and the outputs with it.
        client.withdraw_questions();
        let Answer { outcome: Ok(value), outputs, logs } = answer else { return answer };
        let result = FunctionResult::default().with_outputs(outputs);
        // A task of its own: what the function has done is stored, even if the client does not wait for it any more.
        let stored = task::complete(async move { begun.end(&result).await });
        let stored = match within(limit, stored).await {
            Ok(stored) => stored.unwrap_or_else(|error| Err(vec![error.into()])),
            Err(late) => Err(vec![late.into()]),
        };
        match stored {
            Ok(()) => Answer { outcome: Ok(value), outputs: Vec::new(), logs },
            Err(failures) => {
                Answer { logs, ..failed(function, &log, &failures, "one of its outputs cannot be stored") }
            }
        }
    }
}

impl McpServer {
    /// The call as an invocation of a host, for the expressions in bindings. `given` is the arguments, or the address of a
    /// resource.
    fn invocation(&self, function: &'static Function, caller: LazyCaller, given: Option<&JsonText>) -> Invocation {
        let name = function.client_name().to_owned();
        let arguments = || RawValue::from_string(given?.get().to_owned()).ok();
        let trigger = match &function.kind {
            Kind::Tool(_) => Trigger::Tool(ToolInvocationContext::new(name, arguments(), caller)),
            Kind::Prompt(_) => Trigger::Prompt(PromptInvocationContext::new(name, arguments(), caller)),
            Kind::Resource(_) => {
                let uri: String = given.and_then(|uri| serde_json::from_str(uri.get()).ok()).unwrap_or_default();
                // As they stand in the address: the function may want them decoded, a path does not (ground-truth.md §1).
                let parameters = self.catalog.resource(&uri).map(|found| found.parameters).unwrap_or_default();
                Trigger::Resource(ResourceInvocationContext::new(uri, caller).with_parameters(parameters))
            }
        };
        Invocation::new("", function.name, trigger)
    }
}

/// A storage did not answer in time.
#[derive(Debug, thiserror::Error)]
#[error("the storage did not answer within {} s", .0.as_secs_f64())]
struct Late(Duration);

async fn within<T>(limit: Option<Duration>, work: impl Future<Output = T>) -> Result<T, Late> {
    match limit {
        None => Ok(work.await),
        Some(limit) => tokio::time::timeout(limit, work).await.map_err(|_| Late(limit)),
    }
}

/// The answer to a call whose bindings failed. The reason goes to the log. The client is told only of its own mistakes.
fn failed<T>(function: &Function, log: &CallLog, failures: &[BindingFailure], what: &str) -> Answer<T> {
    failures.iter().for_each(|failure| log.log_lines(Level::ERROR, &failure.to_string()));
    let error = match failures.iter().find_map(BindingFailure::advice) {
        Some(advice) => FunctionError::new(advice).of_arguments(),
        None => FunctionError::new(format!("{} failed: {what}; the log says why", function.client_name())),
    };
    Answer { outcome: Err(error), outputs: Vec::new(), logs: Vec::new() }
}
