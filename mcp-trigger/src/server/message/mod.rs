//! JSON-RPC as `/mcp` writes it: answers, errors and notifications, as JSON text.

mod error;
pub(in crate::server) mod json_rpc;
mod object;

pub(in crate::server) use error::Error;
pub(in crate::server) use json_rpc::Answer;
pub(in crate::server) use object::ObjectWriter;
