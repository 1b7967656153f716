//! The custom handler: the form of an app that the Functions host has started.
//!
//! The host calls `POST /{function}` on a port it chose; the answer goes back in the reply.

mod access;
mod process;
mod routes;
mod service;

pub(crate) use process::run;

/// The argument by which the host calls no function. `generate --self-hosted` writes it into host.json.
pub(crate) const NO_INVOCATIONS: &str = "--no-invocations";
