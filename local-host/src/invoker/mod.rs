//! [`Invoker`]: the way from the local host to a function, in this process or in another.

mod bound;

pub(crate) use bound::{BoundFunction, BoundInvoker};

use host_protocol::{FunctionResult, Invocation};
use std::fmt;

/// Invokes functions for a local host.
///
/// ```
/// use host_protocol::reply::ReturnValue;
/// use host_protocol::{FunctionResult, Invocation, ToolResult};
/// use local_host::{InvokeError, Invoker};
///
/// /// Answers each call of a tool with the name of its function.
/// struct Echo;
///
/// #[async_trait::async_trait]
/// impl Invoker for Echo {
///     async fn invoke(&self, invocation: Invocation) -> Result<FunctionResult, InvokeError> {
///         let result = ToolResult::structured(&invocation.function).map_err(|error| InvokeError::new(error.to_string()))?;
///         Ok(FunctionResult::new(ReturnValue::Tool(result)))
///     }
/// }
/// ```
#[async_trait::async_trait]
pub trait Invoker: Send + Sync {
    /// Invokes one function and waits for its end, even if the client goes away.
    ///
    /// # Errors
    ///
    /// If the invocation fails as such. An error of the function itself is a [`FunctionResult`].
    async fn invoke(&self, invocation: Invocation) -> Result<FunctionResult, InvokeError>;
}

/// The reason of a failed invocation, for the log. The client is told only that the invocation failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvokeError(String);

impl InvokeError {
    /// An error with this reason.
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
