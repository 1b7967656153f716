//! Rust functions become tools of an MCP server on Azure Functions.
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
//! it; `--help` tells what else it can do. What a function may take and return:
//!
//! | parameters | |
//! |---|---|
//! | any type with `Deserialize` and `JsonSchema` | one argument; optional if it can be read from `null`, as `Option<T>` can |
//! | [`Args<T>`] | all arguments as one struct |
//! | [`&Context`](Context) | the call: who calls, how, where to log |
//! | [`State<T>`] | what functions share |
//!
//! | results | |
//! |---|---|
//! | text, numbers, `bool`, `()` | one text block, or nothing |
//! | [`Json<T>`] | structured content with its schema |
//! | [`ContentBlock`], `Vec<ContentBlock>`, [`ToolResult`] | anything MCP has |
//! | `Option` and `Result` of these | nothing, or [an error for the model](ToolError) |
//!
//! [`mcp_tool`] tells all that the attribute takes. How a call goes through the crate: the Functions host asks the `handler`, or a
//! client the [`local`] host; both have `invoke` run the function, which `registry` found among those that the macros left.

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
