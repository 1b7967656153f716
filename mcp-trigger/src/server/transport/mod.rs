//! The HTTP side of an answer: responses, connections that carry events, and the messages that wait for them.

mod connection;
mod outbox;
pub(in crate::server) mod response;

pub(in crate::server) use connection::{Connection, KEEP_ALIVE};
pub(in crate::server) use outbox::{Outbox, Sent};
