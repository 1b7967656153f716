//! What [`mcp-trigger`](https://docs.rs/mcp-trigger) and its local host have in common.
//!
//! Both serve MCP over HTTP and run the blob and queue bindings of functions: `/mcp` is the app's own server, and
//! `/runtime/webhooks/mcp` that of the local host. Users of `mcp-trigger` need nothing of this crate: it changes without notice.
//!
//! | module | subject |
//! |---|---|
//! | [`mcp`] | MCP's messages: JSON-RPC, parameters, event streams, callers |
//! | [`http`] | connections, bodies, origins |
//! | [`storage`] | blobs and queue messages, and the bindings that read and write them |
//! | [`telemetry`] | the process log and the log of a call |
//! | [`task`] | tasks of the runtime |
//! | [`ids`], [`lock`] | random ids, and locks that outlive a panic |

pub mod http;
pub mod ids;
pub mod lock;
pub mod mcp;
pub mod storage;
mod sync;
pub mod task;
pub mod telemetry;
