//! The language worker: the app as a client of the Functions host, on one gRPC stream.
//!
//! Only messages of the stream are believed: the app opens it, to the address that the host gave when it started the program. Requests for
//! `/mcp` come to a port of the worker's own, and are answered only if an invocation on the stream has the same id (`joins`).

mod calls;
mod conversation;
mod forward;
mod functions;
mod joins;
mod process;
mod requests;
mod stream;
#[cfg(test)]
mod tests;

pub(crate) use process::run;

/// What the host says when it starts the worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Start {
    /// The host and the port of the stream.
    pub(crate) authority: String,
    pub(crate) worker_id: String,
    pub(crate) request_id: String,
    /// The limit of a message, in bytes.
    pub(crate) message_limit: usize,
}
