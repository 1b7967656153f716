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
//! All of them may return `Result` with [any error](FunctionError). What a function may take:
//!
//! | parameter | |
//! |---|---|
//! | any type with `Deserialize`, for tools also `JsonSchema` | one argument; optional if it can be read from `null`, as `Option<T>` can |
//! | [`Args<T>`] | all arguments of a tool as one struct |
//! | [`&Context`](Context) | the call: who calls, how, where to log |
//! | [`Principal`], `Option<Principal>` | who calls |
//! | [`State<T>`] | what functions share |
//! | `#[input(…)]` and `#[output(…)]` with an [`Output<T>`] | what the host reads before the call, and stores after it |
//!
//! Functions that are known only at run time, and libraries that offer tools, need no macro: [`dynamic`]. An app's tests call its
//! functions in process, with callers, inputs and outputs of the test's own: [`testing`]. Calls that take long can be [`tasks`].
//!
//! How a call goes through the crate: the Functions host asks the `handler`, or a client the [`local`] host or, at `/mcp`, the `server`;
//! all have `invoke` run the function, which `registry` found among those that the macros left. What the function asks its client
//! meanwhile goes through `client`.

mod app;
mod bindings;
mod changes;
mod cli;
mod client;
mod compatibility;
mod completion;
mod context;
pub mod dynamic;
mod error;
mod function;
mod function_json;
mod generate;
mod handler;
mod http;
mod ids;
mod interruption;
mod invoke;
pub mod local;
mod lock;
mod mcp;
mod params;
mod principal;
mod registry;
mod result;
mod schema;
mod server;
mod shutdown;
pub mod storage;
mod task;
mod telemetry;
pub mod testing;

pub use app::App;
pub use bindings::{FromInput, IntoOutput, Message, Output};
pub use changes::Changes;
pub use client::{AskError, Elicitation, Elicited, Root, RootsRequest, Sampled, Sampling};
pub use completion::{Completer, Completion, Completions, IntoCompletions};
pub use context::Context;
#[doc(no_inline)]
pub use dynamic::{DynamicPrompt, DynamicResource, DynamicTool};
pub use error::{FunctionError, IntoFunctionError, PromptError, ResourceError, ToolError};
pub use function::CacheScope;
pub use host_protocol as protocol;
pub use host_protocol::content::{
    self, ContentBlock, PromptMessage, PromptResult, ResourceBody, ResourceContents, ResourceLink, ToolResult,
};
pub use host_protocol::invocation::ClientInfo;
#[doc = include_str!("docs/mcp_prompt.md")]
pub use mcp_trigger_macros::mcp_prompt;
#[doc = include_str!("docs/mcp_resource.md")]
pub use mcp_trigger_macros::mcp_resource;
#[doc = include_str!("docs/mcp_tool.md")]
pub use mcp_trigger_macros::mcp_tool;
pub use params::{Args, State, TextParam};
pub use principal::{Access, Denied, Principal};
pub use result::{IntoPromptResult, IntoResourceContents, IntoToolResult, Json};
pub use server::tasks;
pub use std::process::ExitCode;

/// Runs all functions that are linked into the program: [`App::run`] for an app without states.
pub fn run() -> ExitCode {
    App::new().run()
}

/// What the macros' code needs. Not public API: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use crate::bindings::{Binding, InputSpec, OutputSpec, blob_output_spec, input_spec, output_spec};
    pub use crate::completion::complete;
    pub use crate::function::{
        Arguments, Cache, CacheScope, Call, Function, Hints, Icon, Kind, Location, PollHistory, Prompt, PromptFuture,
        Resource, ResourceFuture, Run, TaskSupport, Tool, ToolFuture, VIEW_MIME_TYPE, View,
        the_future_of_a_function_must_be_send, view_contents,
    };
    pub use crate::params::{
        AllArguments, ArgSpec, DefaultArg, PropertySpec, Shared, StateSpec, StateType, TextDefault, TextProperty,
        TextSpec, ToolArg, all_arguments, arg_spec, default_json, default_text, state_spec, text_spec,
    };
    pub use crate::principal::Access;
    pub use crate::registry::Registration;
    pub use crate::result::{ResultSpec, Structured, prompt_result, resource_result, tool_result};
    pub use inventory;
}
