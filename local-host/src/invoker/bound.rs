//! One invocation from its inputs to its outputs, around whatever runs the function.

use super::Invoker;
use host_protocol::{FunctionResult, Invocation};
use mcp_trigger_core::storage::Storages;
use mcp_trigger_core::storage::bindings::{Bindings, BoundCall, Failure};
use mcp_trigger_core::task;
use mcp_trigger_core::telemetry::CallLog;
use std::collections::BTreeMap;
use std::sync::Arc;
use tracing::Level;

/// Runs functions with their bindings.
#[derive(Clone)]
pub(crate) struct BoundInvoker {
    pub(crate) invoker: Arc<dyn Invoker>,
    /// By the names of the functions; most have none.
    pub(crate) bindings: BTreeMap<String, Arc<Bindings>>,
    pub(crate) storages: Arc<Storages>,
}

impl BoundInvoker {
    /// Runs a function, and logs what it logged. A failure goes to the log only.
    pub(crate) async fn run(self: &Arc<Self>, invocation: Invocation) -> Option<FunctionResult> {
        let log = log_of(&invocation, module_path!());
        // A task of its own: if the client goes away, the function runs to its end all the same, and its outputs are written
        // (ground-truth.md §2, "client gone").
        let runner = Arc::clone(self);
        let run = task::complete(async move { runner.run_with_bindings(invocation).await });
        let result = run.await.unwrap_or_else(|error| Err(vec![Failure::new(error.to_string())]));
        let tell = |failures: &Vec<Failure>| {
            failures.iter().for_each(|failure| log.log_lines(Level::ERROR, &failure.to_string()));
        };
        result.inspect_err(tell).ok()
    }

    async fn run_with_bindings(&self, mut invocation: Invocation) -> Result<FunctionResult, Vec<Failure>> {
        let function = invocation.function.clone();
        let Some(bindings) = self.bindings.get(&*function) else {
            return self.invoke(invocation).await.map_err(|failure| vec![failure]);
        };
        let begun =
            BoundCall::begin(bindings, &self.storages, &mut invocation).await.map_err(|failure| vec![failure])?;
        let result = self.invoke(invocation).await.map_err(|failure| vec![failure])?;
        for name in bindings.unknown_outputs(&result) {
            tracing::warn!("{function}: its output `{name}` goes nowhere: the local host runs no binding of that name");
        }
        begun.end(&result).await?;
        Ok(result)
    }

    async fn invoke(&self, invocation: Invocation) -> Result<FunctionResult, Failure> {
        let log = log_of(&invocation, HANDLER);
        let result = self.invoker.invoke(invocation).await?;
        // Which level they had is not known: they are shown as the Functions host shows them.
        result.logs.iter().for_each(|lines| log.log_lines(Level::INFO, lines));
        Ok(result)
    }
}

/// The target of what another process says.
const HANDLER: &str = "handler";

fn log_of(invocation: &Invocation, target: &'static str) -> CallLog {
    CallLog::of_invocation(&invocation.function, &invocation.id, target)
}
