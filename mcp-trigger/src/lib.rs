//! Rust functions become tools, resources and prompts of an MCP server on Azure Functions.
//!
//! ```no_run
//! use mcp_trigger::{ExitCode, mcp_tool};
//!
//! /// Says hello to someone.
//! #[mcp_tool]
//! fn hello(/** Who to greet */ name: String) -> String {
//!     format!("Hello, {name}!")
//! }
//!
//! fn main() -> ExitCode {
//!     mcp_trigger::run()
//! }
//! ```
//!
//! The program is its own local host when it is run by hand, and the app's custom handler when the Functions host has started
//! it; `--help` tells what else it can do.
//!
//! | attribute | what the function becomes | what it may return |
//! |---|---|---|
//! | [`mcp_tool`] | a tool, which models call | text, numbers, [`Json<T>`], [`ContentBlock`]s, [`ToolResult`]: [`IntoToolResult`] |
//! | [`mcp_resource`] | a resource, or a template of many, which clients read | text, bytes, [`Json<T>`], [`ResourceContents`]: [`IntoResourceContents`] |
//! | [`mcp_prompt`] | a prompt, which people choose | text, [`PromptMessage`]s, [`PromptResult`]: [`IntoPromptResult`] |
//!
//! All of them may return `Result` with [any error](FunctionError). A function may take:
//!
//! | parameter | |
//! |---|---|
//! | any type with `Deserialize`, for tools also `JsonSchema` | one argument; optional if it can be read from `null`, as `Option<T>` can |
//! | [`Args<T>`] | all arguments of a tool as one struct |
//! | [`&Context`](Context) | the call: the caller, the client, the log |
//! | [`Principal`], `Option<Principal>` | the caller |
//! | [`State<T>`] | a state that functions share |
//! | `#[input(…)]` and `#[output(…)]` with an [`Output<T>`] | values that the host reads before the call, or stores after it |
//!
//! A type of your own derives `JsonSchema` with the name `schemars` in scope, as in the example of [`Args<T>`]: `use mcp_trigger::schemars;`
//! brings it, without a line in Cargo.toml. The other crates whose types occur in signatures are here too: [`serde_json`], [`Bytes`]
//! and, for [`TaskStore`](tasks::TaskStore) and [`Storage`](storage::Storage), the attribute [`async_trait`](macro@async_trait).
//!
//! Functions that are known only at run time, and libraries that offer tools, need no macro: [`dynamic`]. An app's tests call its
//! functions in process, with callers, inputs and outputs of the test's own: [`testing`]. Calls that take long can be [`tasks`].
//! A [`Layer`] runs around every call, to time or refuse it.
//!
//! The features, of which the first two are on by default:
//!
//! | feature | brings |
//! |---|---|
//! | `local` | what a developer's machine needs and Azure does not: the local host, and every command but `handler` |
//! | `views` | the pages of MCP Apps: `app(view = …)` |
//! | `azure-storage` | blob and queue bindings and [`tasks::BlobTasks`] with a storage account or Azurite |
//! | `auth` | access tokens that the app validates itself: [`Authentication`] |
//! | `on-behalf-of` | tokens for other services in the name of the caller: `Context::on_behalf_of` |
//! | `worker` | the app as a gRPC language worker, if the Functions host starts it so (preview) |
//! | `otel` | traces and metrics of calls, sent to an OpenTelemetry collector or Application Insights, as the environment says |

// Parts of each module that only the commands of a developer's machine use; with the feature, dead code is told.
#![cfg_attr(not(feature = "local"), allow(dead_code, unused_imports))]

mod app;
mod cli;
#[cfg(test)]
mod fixtures;
mod function;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "local")]
mod generate;
mod handler;
mod hosted;
mod identity;
mod invoke;
mod registry;
mod server;
mod sync;
pub mod testing;
#[cfg(feature = "worker")]
mod worker;

pub use app::{App, Authentication, McpOptions};
#[doc(no_inline)]
pub use async_trait::async_trait;
#[doc(no_inline)]
pub use bytes::Bytes;
pub use function::CacheScope;
pub use function::bindings::{FromInput, IntoOutput, Message, Output};
pub use function::changes::Changes;
pub use function::client::{AskError, Elicitation, Elicited, Root, RootsRequest, Sampled, Sampling};
pub use function::completion::{Completer, Completion, Completions, IntoCompletions};
pub use function::context::Context;
pub use function::dynamic;
#[doc(no_inline)]
pub use function::dynamic::{DynamicPrompt, DynamicResource, DynamicTool};
pub use function::error::{FunctionError, IntoFunctionError, PromptError, ResourceError, ToolError};
pub use function::layer::{CallKind, FunctionCall, Layer, Next, Returned};
pub use function::params::{Args, State, TextParam};
pub use function::principal::{Access, Denied, Principal};
pub use function::result::{IntoPromptResult, IntoResourceContents, IntoToolResult, Json};
pub use host_protocol::content::{
    self, ContentBlock, PromptMessage, PromptResult, ResourceBody, ResourceContents, ResourceLink, ToolResult,
};
pub use host_protocol::invocation::ClientInfo;
pub use identity::ServerInfo;
#[cfg(feature = "auth")]
pub use mcp_trigger_core::auth::TokenValidation;
#[cfg(feature = "on-behalf-of")]
pub use mcp_trigger_core::auth::{AccessToken, OnBehalfOf, OnBehalfOfError};
pub use mcp_trigger_core::storage;
#[doc = include_str!("docs/mcp_prompt.md")]
pub use mcp_trigger_macros::mcp_prompt;
#[doc = include_str!("docs/mcp_resource.md")]
pub use mcp_trigger_macros::mcp_resource;
#[doc = include_str!("docs/mcp_tool.md")]
pub use mcp_trigger_macros::mcp_tool;
#[doc(no_inline)]
pub use schemars::{self, JsonSchema};
#[doc(no_inline)]
pub use serde_json;
pub use server::tasks;
pub use std::process::ExitCode;

/// Runs all functions that are linked into the program: [`App::run`] for an app without states.
pub fn run() -> ExitCode {
    App::new().run()
}

/// The items that the code of the macros uses. Not public API: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use crate::function::bindings::{Binding, InputSpec, OutputSpec, blob_output_spec, input_spec, output_spec};
    pub use crate::function::completion::complete;
    pub use crate::function::params::{
        AllArguments, ArgSpec, DefaultArg, PropertySpec, Shared, StateSpec, StateType, TextDefault, TextProperty,
        TextSpec, ToolArg, all_arguments, arg_spec, default_json, default_text, state_spec, text_spec,
    };
    pub use crate::function::principal::Access;
    pub use crate::function::result::{ResultSpec, Structured, prompt_result, resource_result, tool_result};
    pub use crate::function::{
        Arguments, Cache, CacheScope, Call, Function, Hints, Icon, Kind, Location, PollHistory, Prompt, PromptFuture,
        Resource, ResourceFuture, Run, TaskSupport, Tool, ToolFuture, VIEW_MIME_TYPE, View,
        the_future_of_a_function_must_be_send, view_contents,
    };
    pub use crate::registry::Registration;
    pub use inventory;
}
