//! The HTTP side of answers: responses, connections that carry events, and messages that wait to be sent.

mod connection;
mod outbox;
pub(in crate::server) mod response;

pub(in crate::server) use connection::{Connection, KEEP_ALIVE};
pub(in crate::server) use outbox::{Outbox, Sent};
