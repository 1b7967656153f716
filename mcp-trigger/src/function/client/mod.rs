//! What a function can tell and ask its client while it runs. [`Context`](crate::Context) is where functions find it.

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

    /// Tells how far the call has come, if somebody asked for it.
    fn progress(&self, done: f64, total: Option<f64>, message: Option<&str>);

    /// Tells a line that the call logs, if somebody asked for it.
    fn log(&self, level: Level, message: &dyn Display);

    /// Has the client go, and come back for the answer, if it can.
    fn pause_stream(&self);

    /// Asks something, and waits for the answer: the result of the client's method.
    fn ask(&self, question: Question) -> BoxFuture<'_, Result<Box<RawValue>, AskError>>;

    /// Makes the rest of the call a task, if it is none already.
    fn begin_task(&self) -> BoxFuture<'_, Result<(), AskError>>;
}

impl Context {
    /// Tells the client how far the call has come, if it wants to know: `done` of `total`, and what happens now. `done` has to grow;
    /// the total and the message may be `None`. Clients of the Functions host never want to know.
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

    /// Ends the connection on which the client waits for this call, so that it comes back for what is still to come: nobody need
    /// keep a connection open for a call that takes long. Clients of 2025-11-25 that have a session do so; with all others nothing
    /// happens.
    pub fn pause_stream(&self) {
        if let Some(client) = self.client() {
            client.pause_stream();
        }
    }

    /// Asks the user for a `T`: a struct whose fields are texts, numbers, booleans or choices of them.
    ///
    /// It works at `/mcp`, with clients that declare that they can ask their users. In the revisions up to 2025-11-25 the client
    /// needs a session ([`McpOptions::sessions`](crate::McpOptions::sessions)), and the function waits for its answer. Since 2026-07-28 the call
    /// ends with the question, and when the client calls again with the answer, the function **runs again from its beginning**,
    /// with the answers so far filled in, in their order. So do what must not be done twice after the last question.
    ///
    /// # Errors
    ///
    /// [`AskError`], when the client cannot be asked.
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
    /// /// Greets whoever is there.
    /// #[mcp_tool]
    /// async fn greet(cx: &Context) -> Result<String, ToolError> {
    ///     Ok(match cx.elicit::<Guest>("Who are you?").await? {
    ///         Elicited::Accepted(guest) => format!("Hello, {}!", guest.name),
    ///         Elicited::Declined | Elicited::Cancelled => "Hello, whoever you are!".to_owned(),
    ///     })
    /// }
    /// ```
    pub fn elicit<T>(&self, message: impl Into<String>) -> Elicitation<'_, T> {
        Elicitation::new(self, message.into())
    }

    /// Asks the client's model. Like [`elicit`](Context::elicit) it may run the function again.
    ///
    /// # Errors
    ///
    /// [`AskError`], when the client cannot be asked.
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

    /// Asks the client for the folders that it works in. Like [`elicit`](Context::elicit) it may run the function again.
    ///
    /// # Errors
    ///
    /// [`AskError`], when the client cannot be asked.
    pub fn roots(&self) -> RootsRequest<'_> {
        RootsRequest::new(self)
    }

    /// Makes what is left of the call a [task](crate::tasks): the client is answered, and the function goes on without it. For tools
    /// with `task = "later"`, which have something to ask first. In a call that is a task already nothing happens.
    ///
    /// With `?`, clients without tasks get the error that MCP has for that; ignore the error to run on while they wait.
    ///
    /// # Errors
    ///
    /// [`AskError`], when the call cannot become a task.
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

/// Why a call is no task at an endpoint that knows none.
pub(crate) const NO_TASKS: &str =
    "this endpoint has no tasks; /mcp has, for clients of MCP 2026-07-28 that declare io.modelcontextprotocol/tasks";

/// The members of an answer.
///
/// # Errors
///
/// If it is not an object.
fn members(result: &RawValue) -> Result<RawObject<'_>, String> {
    RawObject::parse(result.get()).map_err(|_| "has to be an object".to_owned())
}

/// The parameters of a question, as JSON text.
fn params(params: &Value) -> Result<Box<RawValue>, AskError> {
    RawValue::from_string(params.to_string()).map_err(|_| AskError::unreadable())
}
