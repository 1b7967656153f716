//! One invocation from its inputs to its outputs, around the invoker that runs the function.

use super::Invoker;
use host_protocol::invocation::{Input, Trigger};
use host_protocol::{FunctionResult, Invocation};
use mcp_trigger_core::accounts::Place;
use mcp_trigger_core::storage::Storages;
use mcp_trigger_core::storage::bindings::{BindingFailure, Bindings, BoundCall};
use mcp_trigger_core::telemetry::CallLog;
use mcp_trigger_core::{ids, task};
use std::sync::Arc;
use tracing::Level;

/// A function and its bindings, as tools, resources, prompts and routes lead to it.
#[derive(Clone)]
pub(crate) struct BoundFunction {
    pub(crate) name: String,
    /// `None` if the function has no bindings but its trigger and arguments.
    pub(crate) bindings: Option<Arc<Bindings>>,
}

/// Invokes functions with their bindings.
#[derive(Clone)]
pub(crate) struct BoundInvoker {
    pub(crate) invoker: Arc<dyn Invoker>,
    pub(crate) storages: Arc<Storages>,
}

impl BoundInvoker {
    /// Invokes a function, which keeps the place until its outputs are written. `None` if the invocation failed as such, which is
    /// logged.
    pub(crate) async fn invoke(
        self: &Arc<Self>,
        function: &BoundFunction,
        trigger: Trigger,
        inputs: Vec<(String, Input)>,
        place: Place,
    ) -> Option<FunctionResult> {
        let invocation = Invocation::new(ids::guid(), function.name.clone(), trigger).with_inputs(inputs);
        self.complete(invocation, function.bindings.clone(), Some(place)).await
    }

    /// Completes an invocation of the function with these bindings, and logs the function's lines. `None` if the invocation
    /// failed as such, which is logged. Without a client there is no place.
    pub(crate) async fn complete(
        self: &Arc<Self>,
        invocation: Invocation,
        bindings: Option<Arc<Bindings>>,
        place: Option<Place>,
    ) -> Option<FunctionResult> {
        let log = log_of(&invocation, module_path!());
        // In a task of its own: if the client goes away, the function runs to its end all the same, and its outputs are written
        // (ground-truth.md §2, "client gone").
        let invoker = Arc::clone(self);
        let result = task::complete(async move {
            let result = invoker.invoke_between_bindings(invocation, bindings).await;
            drop(place);
            result
        })
        .await;
        let result = result.unwrap_or_else(|error| Err(vec![BindingFailure::new(error.to_string())]));
        let tell = |failures: &Vec<BindingFailure>| {
            failures.iter().for_each(|failure| log.log_lines(Level::ERROR, &failure.to_string()));
        };
        result.inspect_err(tell).ok()
    }

    async fn invoke_between_bindings(
        &self,
        mut invocation: Invocation,
        bindings: Option<Arc<Bindings>>,
    ) -> Result<FunctionResult, Vec<BindingFailure>> {
        let Some(bindings) = bindings else {
            return self.invoke_function(invocation).await.map_err(|failure| vec![failure]);
        };
        let function = invocation.function.clone();
        let call = BoundCall::begin(&bindings, &self.storages, &mut invocation).await;
        let call = call.map_err(|failure| vec![failure])?;
        let result = self.invoke_function(invocation).await.map_err(|failure| vec![failure])?;
        for name in bindings.unknown_outputs(&result) {
            tracing::warn!("{function}: its output `{name}` goes nowhere: the local host runs no binding of that name");
        }
        call.end(&result).await?;
        Ok(result)
    }

    async fn invoke_function(&self, invocation: Invocation) -> Result<FunctionResult, BindingFailure> {
        let log = log_of(&invocation, HANDLER);
        let result = self.invoker.invoke(invocation).await?;
        // Their levels are unknown, so the lines are shown as the Functions host shows them.
        result.logs.iter().for_each(|lines| log.log_lines(Level::INFO, lines));
        Ok(result)
    }
}

/// The target of the lines that a function logs.
const HANDLER: &str = "handler";

fn log_of(invocation: &Invocation, target: &'static str) -> CallLog {
    CallLog::of_invocation(&invocation.function, &invocation.id, target)
}
