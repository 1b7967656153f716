//! The common parts of [`mcp-trigger`](https://docs.rs/mcp-trigger) and its local host.
//!
//! Both serve MCP over HTTP, and run the blob and queue bindings of functions. `/mcp` is the endpoint of the app's own server,
//! `/runtime/webhooks/mcp` that of the local host. This crate is internal to `mcp-trigger`: its API changes without notice.
//!
//! | module | subject |
//! |---|---|
//! | [`mcp`] | MCP's messages: JSON-RPC, parameters, event streams, callers |
//! | [`auth`] | the gate that validates access tokens, with the feature `auth` |
//! | [`accounts`] | what each caller holds of the process, and what is left for the others |
//! | [`http`] | connections, bodies, origins |
//! | [`storage`] | blobs and queue messages, and the bindings that read and write them |
//! | [`telemetry`] | the process log and the log of a call |
//! | [`task`] | tasks of the runtime |
//! | [`files`] | files of folders that others have made |
//! | [`ids`], [`lock`] | random ids, and locks that stay usable after a panic |

pub mod accounts;
#[cfg_attr(not(feature = "auth"), path = "auth/none.rs")]
pub mod auth;
pub mod files;
pub mod http;
pub mod ids;
pub mod lock;
pub mod mcp;
pub mod storage;
mod sync;
pub mod task;
pub mod telemetry;
