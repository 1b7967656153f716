//! The local host: `/runtime/webhooks/mcp` as the Functions host and its MCP extension answer it, without them.
//!
//! It knows functions by their function.json, as the host does, and invokes them through an [`Invoker`]: in this process, in that
//! of a custom handler ([`HandlerProcess`]), or whatever else can answer an [`Invocation`](host_protocol::Invocation). Blobs and messages
//! of their bindings are in a [`Storage`](storage::Storage). With [`Keys`] it asks for keys.

mod access;
mod app_folder;
mod endpoint;
mod host;
mod http_trigger;
#[cfg(feature = "auth")]
mod identity_provider;
mod invoker;
mod process;
mod recorded_host;
mod settings;
#[cfg(test)]
mod test_folder;

pub use access::Keys;
pub use app_folder::{AppError, AppFolder, FolderChange, FolderWatch, NotRun};
pub use endpoint::PATH;
pub use host::{AppServer, CheckKey, LocalHost};
pub use http_trigger::{Forward, Forwarding, RequestBody};
#[cfg(feature = "auth")]
pub use identity_provider::{IdentityProvider, TestAgent, TestUser};
pub use invoker::{InvokeError, Invoker};
pub use process::HandlerProcess;
pub use settings::{PORT, Settings};

#[doc(no_inline)]
pub use mcp_trigger_core::storage;
