//! The functions of this program under the local host, without JSON in between.

use crate::invoke::Functions;
use host_protocol::{FunctionResult, Invocation};
use local_host::{InvokeError, Invoker};
use mcp_trigger_core::telemetry::Destination;
use std::sync::Arc;

/// Runs the functions of this program.
pub(super) struct InProcess(pub(super) Arc<Functions>);

#[async_trait::async_trait]
impl Invoker for InProcess {
    async fn invoke(&self, invocation: Invocation) -> Result<FunctionResult, InvokeError> {
        let Some(function) = self.0.registry.by_name(&invocation.function) else {
            return Err(InvokeError::new(format!("there is no function {}", invocation.function)));
        };
        Ok(self.0.invoke(function, invocation, Destination::Process).await)
    }
}
