//! What the Azure Functions host and a custom handler say to each other, for MCP triggers.
//!
//! The host runs the MCP extension; the handler runs the functions. Between them go an [`Invocation`] and a
//! [`FunctionResult`], as JSON over HTTP. This crate holds both as plain types, with the codec to and from the wire
//! **in both directions**: a handler decodes invocations and encodes results, a host (a local one, say) does the
//! opposite. There is no I/O and nothing asynchronous in here.
//!
//! | module | what |
//! |---|---|
//! | [`invocation`] | what the host asks: function, trigger value, inputs |
//! | [`reply`] | what the handler answers, and what the extension makes of it for the MCP client |
//! | [`http_trigger`] | routes of functions with an HTTP trigger, what they are told and what becomes of their answers |
//! | [`binding`] | blobs and queues: where they are, and what of a value is stored in them |
//! | [`content`] | MCP's content blocks and tool results |
//! | [`function_json`], [`host_json`] | the files that tell the host of the functions and of the app |
//! | [`validate`] | what a host would make of these files |
//! | [`name`], [`uri`] | the rules of names and of resource addresses |
//! | [`json`] | how .NET's two JSON libraries write and read, which decides bytes on this wire |
//!
//! The facts are measured: they were recorded from a Functions host 4.1037 with the MCP extension 1.6.0.

pub mod binding;
pub mod content;
pub mod file_text;
pub mod function_json;
pub mod host_json;
pub mod http_trigger;
pub mod invocation;
pub mod json;
pub mod name;
pub mod reply;
pub mod uri;
pub mod validate;

pub use content::{ContentBlock, ToolResult};
pub use function_json::FunctionJson;
pub use invocation::Invocation;
pub use reply::FunctionResult;
