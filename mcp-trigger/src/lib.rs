//! Rust functions become tools of an MCP server on Azure Functions.

mod app;
mod args;
mod cli;
mod context;
mod error;
mod function_json;
mod generate;
mod handler;
mod http;
mod invoke;
pub mod local;
mod mcp;
mod registry;
mod result;
mod schema;
mod state;
mod telemetry;
mod tool;

pub use app::App;
pub use args::Args;
pub use context::Context;
pub use error::{IntoToolError, ToolError};
pub use host_protocol as protocol;
pub use host_protocol::content::{self, ContentBlock, ToolResult};
pub use host_protocol::invocation::ClientInfo;
#[doc = include_str!("docs/mcp_tool.md")]
pub use mcp_trigger_macros::mcp_tool;
pub use result::{IntoToolResult, Json};
pub use state::State;
pub use std::process::ExitCode;

/// Runs all functions that are linked into the program: [`App::run`] for an app without states.
pub fn run() -> ExitCode {
    App::new().run()
}

/// What the macros' code needs. Not public API: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use crate::args::{
        AllArguments, ArgSpec, DefaultArg, PropertySpec, TextArg, ToolArg, all_arguments, arg_spec, default_json,
        default_text,
    };
    pub use crate::registry::Registration;
    pub use crate::result::{ResultSpec, Structured, result_spec};
    pub use crate::state::{Shared, StateSpec, StateType, state_spec};
    pub use crate::tool::{
        Arguments, BoxFuture, Call, Hints, Icon, Location, Outcome, Tool, the_future_of_a_tool_must_be_send,
    };
    pub use inventory;
}
