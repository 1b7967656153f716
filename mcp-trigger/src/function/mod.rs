//! The functions of an app: their metadata, their parameters, their results, and one call of a function.
//!
//! [`Function`] has the common metadata; its [`Kind`] has that of tools, resources or prompts.

pub(crate) mod bindings;
mod call;
pub(crate) mod changes;
pub(crate) mod client;
pub(crate) mod completion;
pub(crate) mod context;
pub mod dynamic;
pub(crate) mod error;
pub(crate) mod layer;
#[cfg(feature = "on-behalf-of")]
mod on_behalf_of;
pub(crate) mod params;
mod poll_history;
pub(crate) mod principal;
mod problem;
mod prompt;
mod resource;
pub(crate) mod result;
pub(crate) mod schema;
pub(crate) mod shutdown;
mod tool;

pub use call::Call;
pub use poll_history::PollHistory;
pub(crate) use problem::Problem;
pub use prompt::Prompt;
pub(crate) use resource::Parameter;
pub use resource::{Cache, CacheScope, Resource, VIEW_MIME_TYPE, View, view_contents};
pub use tool::{Arguments, Hints, TaskSupport, Tool};

use crate::function::bindings::Binding;
use crate::function::error::FunctionError;
use crate::function::params::{StateType, TextProperty};
use crate::function::principal::Access;
use host_protocol::ToolResult;
use host_protocol::content::{PromptResult, ResourceContents};
use host_protocol::function_json::{PromptTrigger, ResourceTrigger, ToolTrigger};
use host_protocol::invocation::{TriggerBinding, TriggerKind};
use mcp_trigger_core::telemetry::Source;
use serde::Serialize;
use std::fmt;
use std::pin::Pin;
use std::time::Duration;

/// One function of the app: constants and function pointers, so that registering it costs nothing at start.
#[derive(Debug)]
pub struct Function {
    /// The name of the Azure function: its folder, and the path the host calls.
    pub name: &'static str,
    /// The name of the function for people.
    pub title: Option<&'static str>,
    /// The description for the model; may be empty.
    pub description: &'static str,
    /// `_meta` of the listing, as JSON text.
    pub meta: Option<&'static str>,
    /// The icons of the function.
    pub icons: &'static [Icon],
    /// The time limit of a call. Default: the limit of the app.
    pub timeout: Option<Duration>,
    /// The roles and scopes that a caller needs. Default: none.
    pub access: Option<Access>,
    /// The states that the function asks for.
    pub states: &'static [StateType],
    /// The input and output bindings besides the trigger.
    pub bindings: &'static [Binding],
    /// The place in the source.
    pub location: Location,
    /// The kind of the function, with the metadata of that kind.
    pub kind: Kind,
}

/// The kind of a function: a tool, a resource or a prompt.
#[derive(Debug)]
pub enum Kind {
    /// A tool, which models call.
    Tool(Tool),
    /// A resource, or a template of many, which clients read.
    Resource(Resource),
    /// A prompt, which people choose.
    Prompt(Prompt),
}

impl Kind {
    /// The name of the kind, for messages.
    pub(crate) fn noun(&self) -> &'static str {
        match self {
            Kind::Tool(_) => "tool",
            Kind::Resource(_) => "resource",
            Kind::Prompt(_) => "prompt",
        }
    }

    /// The trigger, as function.json names it.
    pub(crate) fn trigger(&self) -> TriggerBinding<'static> {
        match self {
            Kind::Tool(_) => TriggerBinding::new(ToolTrigger::NAME, TriggerKind::Tool),
            Kind::Resource(_) => TriggerBinding::new(ResourceTrigger::NAME, TriggerKind::Resource),
            Kind::Prompt(_) => TriggerBinding::new(PromptTrigger::NAME, TriggerKind::Prompt),
        }
    }
}

impl Function {
    /// The name that clients know it by.
    pub(crate) fn client_name(&self) -> &'static str {
        match &self.kind {
            Kind::Tool(tool) => tool.name,
            Kind::Resource(resource) => resource.name,
            Kind::Prompt(prompt) => prompt.name,
        }
    }

    /// The source of the lines that its calls log.
    pub(crate) fn source(&self) -> Source {
        Source { name: self.client_name().into(), target: self.location.module }
    }

    /// The parameters that come as text.
    pub(crate) fn text_arguments(&self) -> &'static [TextProperty] {
        match &self.kind {
            Kind::Tool(_) => &[],
            Kind::Resource(resource) => resource.parameters,
            Kind::Prompt(prompt) => prompt.arguments,
        }
    }

    /// Whether its calls become tasks.
    pub(crate) fn task_support(&self) -> TaskSupport {
        self.as_tool().map(|tool| tool.task).unwrap_or_default()
    }

    /// The tool, if it is one.
    pub(crate) fn as_tool(&self) -> Option<&Tool> {
        match &self.kind {
            Kind::Tool(tool) => Some(tool),
            _ => None,
        }
    }
}

/// A future on the heap.
pub(crate) type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The outcome of a call.
pub(crate) type Outcome<T> = Result<T, FunctionError>;

/// One call of a tool.
pub type ToolFuture<'a> = BoxFuture<'a, Outcome<ToolResult>>;
/// One read of a resource; `None` if there is nothing at its address.
pub type ResourceFuture<'a> = BoxFuture<'a, Outcome<Option<ResourceContents>>>;
/// One call of a prompt.
pub type PromptFuture<'a> = BoxFuture<'a, Outcome<PromptResult>>;

/// The code of a function.
pub(crate) type Code<T> = dyn for<'a> Fn(&'a Call<'a>) -> BoxFuture<'a, Outcome<T>> + Send + Sync;

/// Runs a function.
pub struct Run<T: 'static> {
    pub(crate) code: &'static Code<T>,
    /// The history of its polls; `None` for a function that may block at any time.
    pub(crate) history: Option<&'static PollHistory>,
}

impl<T> Run<T> {
    /// Runs this code, which may show that it does not block.
    pub const fn new(code: &'static Code<T>, history: &'static PollHistory) -> Self {
        Run { code, history: Some(history) }
    }

    /// Runs this code, which may block at any time.
    pub const fn blocking(code: &'static Code<T>) -> Self {
        Run { code, history: None }
    }
}

impl<T> Clone for Run<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Run<T> {}

impl<T> fmt::Debug for Run<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Run")
    }
}

/// Puts the future of a call on the heap. The single place where it has to be `Send`; the compiler shows the name.
pub fn the_future_of_a_function_must_be_send<'a, T, F>(future: F) -> BoxFuture<'a, Outcome<T>>
where
    F: Future<Output = Outcome<T>> + Send + 'a,
{
    Box::pin(future)
}

/// A picture of a function (specification 2025-11-25: `Icon`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Icon {
    /// The address of the picture: `https:` or `data:`.
    pub src: &'static str,
    /// The MIME type, for example `image/png`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<&'static str>,
    /// The sizes, `48x48` or `any`.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub sizes: &'static [&'static str],
    /// The theme that the icon is for: `light` or `dark`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theme: Option<&'static str>,
}

/// Where in the source a function stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// The file, as the compiler names it.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
    /// The module, which is the target of the lines that the function logs.
    pub module: &'static str,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
