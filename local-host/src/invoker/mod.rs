//! Who runs the functions of a local host.

mod bound;

pub(crate) use bound::{BoundFunction, BoundInvoker};

use host_protocol::{FunctionResult, Invocation};
use std::fmt;

/// Runs functions for a local host.
#[async_trait::async_trait]
pub trait Invoker: Send + Sync {
    /// Runs one, to its end: the host waits for it even if the client goes away.
    ///
    /// # Errors
    ///
    /// When the invocation fails as such. What the function itself has to say, an error too, is a result.
    async fn invoke(&self, invocation: Invocation) -> Result<FunctionResult, InvokeError>;
}

/// Why an invocation failed. The client is told that it did; the reason goes to the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvokeError(String);

impl InvokeError {
    /// An error with its reason.
    pub fn new(reason: impl Into<String>) -> Self {
        InvokeError(reason.into())
    }
}

impl fmt::Display for InvokeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvokeError {}
