//! Whole sign-ins, as the tutorial tells of them ("Server authorization protocol"): from the first refusal to the call of a tool.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

mod built_in;
mod client;
mod program;
mod web;
