//! The language worker: the app as a client of the Functions host, on one gRPC stream.
//!
//! Only messages of the stream are believed: the app opens it, to the address that the host gave when it started the program.

mod calls;
mod conversation;
mod functions;
mod process;
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
