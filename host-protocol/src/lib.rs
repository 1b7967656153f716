//! The protocol between the Azure Functions host and a custom handler, for MCP triggers.
//!
//! The host runs the MCP extension; the handler runs the functions. For each call, the host sends an [`Invocation`] and the
//! handler replies with a [`FunctionResult`], as JSON over HTTP. This crate holds both as plain types, with the codec to and from
//! the wire **in both directions**: a handler decodes invocations and encodes results, a host (for example a local one) does the
//! opposite. The crate does no I/O, and nothing in it is asynchronous.
//!
//! Each module uses only modules below it:
//!
//! | module | subject |
//! |---|---|
//! | [`http_trigger`] | functions with an HTTP trigger: their routes, and the responses made of their results |
//! | `rpc` (feature `rpc`) | the messages between the host and a language worker |
//! | [`binding`] | blobs and queues: binding expressions, names, and the bytes that are stored |
//! | [`reply`] | the handler's reply, and what the extension makes of it for the MCP client |
//! | [`invocation`] | the host's request: function, trigger value, inputs |
//! | [`validate`] | mistakes in an app's files, and what the host does because of them |
//! | [`local_settings`] | the app settings of a developer's machine |
//! | [`function_json`], [`host_json`] | the files that describe the functions and the app to the host |
//! | [`app_folder`] | the names of the files in an app's folder |
//! | [`content`] | MCP's content blocks, and the results of tools, resources and prompts |
//! | [`uri`], [`name`], [`file_text`] | the rules of addresses, names and text files |
//! | [`json`] | how .NET's two JSON libraries read and write, which decides the bytes on this wire |
//!
//! The facts were recorded from a Functions host 4.1037 with the MCP extension 1.6.0.

pub mod app_folder;
pub mod binding;
pub mod content;
pub mod file_text;
pub mod function_json;
pub mod host_json;
pub mod http_trigger;
pub mod invocation;
pub mod json;
pub mod local_settings;
pub mod name;
pub mod reply;
#[cfg(feature = "rpc")]
pub mod rpc;
pub mod uri;
pub mod validate;

pub use content::{ContentBlock, ToolResult};
pub use function_json::FunctionJson;
pub use invocation::Invocation;
pub use reply::FunctionResult;
