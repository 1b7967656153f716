//! Messages from a running function to its client: progress, log lines and questions. Functions send them with
//! [`Context`](crate::Context).

mod elicit;
mod question;
mod roots;
mod sample;

pub use elicit::{Elicitation, Elicited};
pub use question::AskError;
pub(crate) use question::{Expected, Question};
pub use roots::{Root, RootsRequest};
pub use sample::{Sampled, Sampling};

use crate::function::context::Context;

use crate::function::BoxFuture;
use host_protocol::json::RawObject;
use serde_json::Value;
use serde_json::value::RawValue;
use std::fmt::Display;
use tracing::Level;

/// The client of a call, as far as it can be reached while the call runs.
pub(crate) trait Client: Send + Sync {
    /// `_meta` of the request, as JSON text.
    fn meta(&self) -> Option<&str>;

    /// The revision of MCP that the client speaks.
    #[cfg(feature = "otel")]
    fn revision(&self) -> Option<&'static str> {
        None
    }

    /// The id of the request, as JSON text.
    #[cfg(feature = "otel")]
    fn request_id(&self) -> Option<&str> {
        None
    }

    /// Sends the progress of the call, if the client asked for it.
    fn progress(&self, done: f64, total: Option<f64>, message: Option<&str>);

    /// Sends a log line, if the client asked for log lines.
    fn log(&self, level: Level, message: &dyn Display);

    /// Closes the stream, if the client can reconnect for the answer.
    fn pause_stream(&self);

    /// Sends a question, and waits for the result of the client's method.
    fn ask(&self, question: Question) -> BoxFuture<'_, Result<Box<RawValue>, AskError>>;

    /// Makes the rest of the call a task, unless the call is a task already.
    fn begin_task(&self) -> BoxFuture<'_, Result<(), AskError>>;
}

impl Context {
    /// Sends the progress of the call to a client that asked for it: `done` of `total`, and a message. `done` has to grow with each
    /// call; the total and the message may be `None`. Only at `/mcp`: the Functions host does not carry progress.
    ///
    /// ```
    /// # use mcp_trigger::{Context, mcp_tool};
    /// /// Copies some files.
    /// #[mcp_tool]
    /// async fn copy(files: Vec<String>, cx: &Context) {
    ///     for (done, file) in (1..).zip(&files) {
    ///         // …
    ///         cx.progress(f64::from(done), files.len() as f64, file.as_str());
    ///     }
    /// }
    /// ```
    pub fn progress<'m>(&self, done: f64, total: impl Into<Option<f64>>, message: impl Into<Option<&'m str>>) {
        if let Some(client) = self.client() {
            client.progress(done, total.into(), message.into());
        }
    }

    /// Closes the stream on which the client waits for this call. The client reconnects later for the rest, so a long call needs no
    /// open connection. Only with clients of MCP 2025-11-25 that have a session; for others this does nothing.
    pub fn pause_stream(&self) {
        if let Some(client) = self.client() {
            client.pause_stream();
        }
    }

    /// Asks the user for a `T`: a struct whose fields are texts, numbers, booleans or choices of them.
    ///
    /// Only at `/mcp`, with clients that declare the capability `elicitation`. Up to MCP 2025-11-25 the client needs a session
    /// ([`McpOptions::sessions`](crate::McpOptions::sessions)), and the function waits for the answer. Since 2026-07-28 the call
    /// ends with the question. The client calls again with the answer, and the function **runs again from its beginning**, where
    /// questions that are answered already return at once. So put side effects after the last question.
    ///
    /// # Errors
    ///
    /// If the client cannot be asked, or gives no valid answer: [`AskError`].
    ///
    /// ```
    /// use mcp_trigger::{Context, Elicited, ToolError, mcp_tool, schemars};
    ///
    /// #[derive(serde::Deserialize, schemars::JsonSchema)]
    /// struct Guest {
    ///     /// Your name
    ///     name: String,
    /// }
    ///
    /// /// Greets the user.
    /// #[mcp_tool]
    /// async fn greet(cx: &Context) -> Result<String, ToolError> {
    ///     Ok(match cx.elicit::<Guest>("Who are you?").await? {
    ///         Elicited::Accepted(guest) => format!("Hello, {}!", guest.name),
    ///         Elicited::Declined | Elicited::Cancelled => "Hello, stranger!".to_owned(),
    ///     })
    /// }
    /// ```
    pub fn elicit<T>(&self, message: impl Into<String>) -> Elicitation<'_, T> {
        Elicitation::new(self, message.into())
    }

    /// Asks the client's model. As with [`elicit`](Context::elicit), the function may run again.
    ///
    /// # Errors
    ///
    /// If the client cannot be asked, or gives no valid answer: [`AskError`].
    ///
    /// ```
    /// # use mcp_trigger::{Context, ToolError, mcp_tool};
    /// /// Says it shorter.
    /// #[mcp_tool]
    /// async fn summarize(text: String, cx: &Context) -> Result<String, ToolError> {
    ///     let sampled = cx.sample(format!("Summarize in one sentence: {text}")).max_tokens(100).await?;
    ///     Ok(sampled.text())
    /// }
    /// ```
    pub fn sample(&self, prompt: impl Into<String>) -> Sampling<'_> {
        Sampling::new(self, prompt.into())
    }

    /// Asks the client for the folders that it works in. As with [`elicit`](Context::elicit), the function may run again.
    ///
    /// # Errors
    ///
    /// If the client cannot be asked, or gives no valid answer: [`AskError`].
    pub fn roots(&self) -> RootsRequest<'_> {
        RootsRequest::new(self)
    }

    /// Makes the rest of the call a [task](crate::tasks): the client gets an answer now, and the function runs on. For tools with
    /// `task = "later"`, which ask the client before the task begins. In a call that is a task already this does nothing.
    ///
    /// With `?`, the call of a client without tasks fails with the error of MCP for that case. If the function ignores the error,
    /// it runs on while the client waits.
    ///
    /// # Errors
    ///
    /// If the call cannot become a task: [`AskError`].
    ///
    /// ```
    /// # async fn build(_: &str) -> String { String::new() }
    /// # use mcp_trigger::{Context, Elicited, ToolError, mcp_tool, schemars};
    /// # #[derive(serde::Deserialize, schemars::JsonSchema)] struct Branch { name: String }
    /// /// Builds a branch.
    /// #[mcp_tool(task = "later", timeout = "1h")]
    /// async fn build_branch(cx: &Context) -> Result<String, ToolError> {
    ///     let Elicited::Accepted(branch) = cx.elicit::<Branch>("Which branch?").await? else {
    ///         return Err("there is nothing to build".into());
    ///     };
    ///     cx.begin_task().await?;
    ///     Ok(build(&branch.name).await)
    /// }
    /// ```
    pub async fn begin_task(&self) -> Result<(), AskError> {
        match self.client() {
            Some(client) => client.begin_task().await,
            None => Err(AskError::cannot_ask(NO_TASKS)),
        }
    }

    pub(crate) async fn ask(&self, question: Question) -> Result<Box<RawValue>, AskError> {
        match self.client() {
            Some(client) => client.ask(question).await,
            None => Err(AskError::cannot_ask("this endpoint cannot ask its clients anything; /mcp can")),
        }
    }
}

/// The error of `begin_task` at an endpoint without tasks.
pub(crate) const NO_TASKS: &str =
    "this endpoint has no tasks; /mcp has, for clients of MCP 2026-07-28 that declare io.modelcontextprotocol/tasks";

/// The members of an answer.
///
/// # Errors
///
/// If the answer is not an object.
fn members(result: &RawValue) -> Result<RawObject<'_>, String> {
    RawObject::parse(result.get()).map_err(|_| "has to be an object".to_owned())
}

/// The parameters of a question, as JSON text.
fn params(params: &Value) -> Result<Box<RawValue>, AskError> {
    RawValue::from_string(params.to_string()).map_err(|_| AskError::unreadable())
}
