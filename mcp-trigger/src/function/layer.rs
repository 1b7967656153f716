//! Layers: code of the app that runs around every call of a function, which other frameworks call middleware.

use crate::function::completion::Completions;
use crate::function::context::Context;
use crate::function::error::FunctionError;
use crate::function::{BoxFuture, Outcome, Parameter};
use async_trait::async_trait;
use host_protocol::ToolResult;
use host_protocol::content::{PromptResult, ResourceContents};
use serde_json::value::RawValue;
use std::fmt;
use std::sync::Arc;

/// Code that runs around every call of a function: middleware.
///
/// A layer sees who calls what with which arguments, may refuse the call, and sees its outcome. [`App::layer`](crate::App::layer) adds
/// a layer. All calls go through the layers: of tools, resources, prompts and completers, from clients of both endpoints, in tasks,
/// and from [`testing`](crate::testing).
///
/// ```
/// use mcp_trigger::{App, FunctionCall, FunctionError, Layer, Next, Returned, async_trait};
/// use std::time::Instant;
///
/// /// Logs how long calls take.
/// struct Timing;
///
/// #[async_trait]
/// impl Layer for Timing {
///     async fn call(&self, call: &FunctionCall<'_>, next: Next<'_>) -> Result<Returned, FunctionError> {
///         let start = Instant::now();
///         let outcome = next.run().await;
///         let ended = if outcome.as_ref().is_ok_and(|returned| !returned.is_error()) { "succeeded" } else { "failed" };
///         call.context().info(format_args!("{ended} after {:?}", start.elapsed()));
///         outcome
///     }
/// }
///
/// /// Lets nobody delete on Fridays.
/// struct Fridays;
///
/// # fn is_friday() -> bool { true }
/// #[async_trait]
/// impl Layer for Fridays {
///     async fn call(&self, call: &FunctionCall<'_>, next: Next<'_>) -> Result<Returned, FunctionError> {
///         if call.name().starts_with("delete_") && is_friday() {
///             return Err("nothing is deleted on Fridays; ask again tomorrow".into());
///         }
///         next.run().await
///     }
/// }
///
/// let app = App::new().layer(Timing).layer(Fridays);
/// ```
///
/// The layer that was added first is the outermost: above, `Timing` also times the calls that `Fridays` refuses.
///
/// * A call whose caller may not make it, or whose arguments do not fit, goes through the layers too: then [`Next::run`] returns the error.
/// * The time limit of the call holds for its layers, and a panic of a layer is a panic of the call. When a call is cancelled or takes too
///   long, the layer is dropped at its `.await`, as the function is.
/// * Since MCP 2026-07-28 a call that asks its client ends with the question, and comes again with the answer. Then the layers run again
///   too.
/// * Input bindings are read before the layers run, and output bindings are written after them, if the outcome is a success.
/// * A layer may block, as a function may. An app without layers pays nothing for them.
#[async_trait]
pub trait Layer: Send + Sync + 'static {
    /// Runs around a call. `next.run()` goes on with the next layer, and at last with the function.
    ///
    /// # Errors
    ///
    /// If the call fails. The client gets the error as it gets that of a function.
    async fn call(&self, call: &FunctionCall<'_>, next: Next<'_>) -> Result<Returned, FunctionError>;
}

/// A call of a function, as a [`Layer`] sees it.
#[derive(Debug)]
pub struct FunctionCall<'a> {
    pub(crate) kind: CallKind,
    pub(crate) context: &'a Context,
    /// The arguments, as JSON text.
    pub(crate) arguments: Option<&'a str>,
    pub(crate) uri: Option<&'a str>,
    pub(crate) parameters: &'a [Parameter],
}

/// The purpose of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallKind {
    /// A model calls a tool.
    Tool,
    /// A client reads a resource.
    Resource,
    /// A client gets a prompt.
    Prompt,
    /// A client completes an argument of a prompt, or a parameter of a resource template.
    Completion,
}

impl<'a> FunctionCall<'a> {
    /// The purpose of the call.
    pub fn kind(&self) -> CallKind {
        self.kind
    }

    /// The name of the tool, the resource or the prompt, as registered.
    pub fn name(&self) -> &'a str {
        self.context.name()
    }

    /// The context of the call: the caller, the client, the log.
    pub fn context(&self) -> &'a Context {
        self.context
    }

    /// The arguments of a tool or a prompt: the text of a JSON object. `None` if the client sent none.
    pub fn arguments(&self) -> Option<&'a RawValue> {
        serde_json::from_str(self.arguments?).ok()
    }

    /// The address of the resource that is read.
    pub fn uri(&self) -> Option<&'a str> {
        self.uri
    }

    /// The parameters in the address of a resource, each with its name. Of a completion, the text so far and the other arguments.
    pub fn parameters(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// The result of a function. A layer may return another result of the same kind.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Returned {
    /// The result of a tool.
    Tool(ToolResult),
    /// The contents of a resource; `None` if there is nothing at its address.
    Resource(Option<ResourceContents>),
    /// The messages of a prompt.
    Prompt(PromptResult),
    /// The completions of an argument.
    Completion(Completions),
}

impl Returned {
    /// Whether a tool returned a result that tells the model of an error (`isError`).
    pub fn is_error(&self) -> bool {
        matches!(self, Returned::Tool(result) if FunctionOutput::is_error(result))
    }

    fn kind(&self) -> CallKind {
        match self {
            Returned::Tool(_) => CallKind::Tool,
            Returned::Resource(_) => CallKind::Resource,
            Returned::Prompt(_) => CallKind::Prompt,
            Returned::Completion(_) => CallKind::Completion,
        }
    }
}

/// The rest of a call: the layers that were added later, and the function.
pub struct Next<'a> {
    layers: &'a [Arc<dyn Layer>],
    call: &'a FunctionCall<'a>,
    function: BoxFuture<'a, Outcome<Returned>>,
}

impl Next<'_> {
    /// Goes on with the call. A layer that returns without this keeps the function from running.
    ///
    /// # Errors
    ///
    /// If the function fails, may not be called, or a later layer fails.
    pub async fn run(self) -> Result<Returned, FunctionError> {
        let Next { layers, call, function } = self;
        match layers.split_first() {
            Some((layer, layers)) => layer.call(call, Next { layers, call, function }).await,
            None => function.await,
        }
    }
}

impl fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next").field("call", self.call).finish_non_exhaustive()
    }
}

/// The layers of an app, the outermost first.
#[derive(Clone, Default)]
pub(crate) struct Layers(Arc<[Arc<dyn Layer>]>);

impl Layers {
    pub(crate) fn new(layers: Vec<Arc<dyn Layer>>) -> Self {
        Layers(layers.into())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Runs the layers around a function.
    ///
    /// # Errors
    ///
    /// If the function or a layer fails, or a layer returns something that the function does not.
    pub(crate) async fn run<T: FunctionOutput>(
        &self,
        call: &FunctionCall<'_>,
        function: BoxFuture<'_, Outcome<T>>,
    ) -> Outcome<T> {
        let function = Box::pin(async move { function.await.map(T::into_returned) });
        let returned = Next { layers: &self.0, call, function }.run().await?;
        let kind = returned.kind();
        T::of_returned(returned).ok_or_else(|| {
            FunctionError::private(format!("a layer returned {kind:?} for a call of the kind {:?}", T::KIND))
        })
    }
}

impl fmt::Debug for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} layers", self.0.len())
    }
}

/// A result of a function, of one of the four kinds.
pub trait FunctionOutput: Send + Sized + 'static {
    /// The kind of the calls that have this result.
    const KIND: CallKind;

    /// Whether it tells the model of an error: only a [`ToolResult`] can (`isError`).
    fn is_error(&self) -> bool;

    /// The result as layers see it.
    fn into_returned(self) -> Returned;

    /// The result that layers return; `None` if it is of another kind.
    fn of_returned(returned: Returned) -> Option<Self>;
}

macro_rules! results {
    ($($kind:ident: $result:ty, $is_error:expr;)*) => {$(
        impl FunctionOutput for $result {
            const KIND: CallKind = CallKind::$kind;

            fn is_error(&self) -> bool {
                let is_error: fn(&Self) -> bool = $is_error;
                is_error(self)
            }

            fn into_returned(self) -> Returned {
                Returned::$kind(self)
            }

            fn of_returned(returned: Returned) -> Option<Self> {
                match returned {
                    Returned::$kind(result) => Some(result),
                    _ => None,
                }
            }
        }
    )*};
}

results! {
    Tool: ToolResult, |result| result.is_error == Some(true);
    Resource: Option<ResourceContents>, |_| false;
    Prompt: PromptResult, |_| false;
    Completion: Completions, |_| false;
}
