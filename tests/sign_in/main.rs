//! Whole sign-ins, as the tutorial tells of them ("Server authorization protocol"): from the first refusal to the call of a tool.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

#[path = "../apps/browser.rs"]
#[allow(dead_code, reason = "other tests look at frames, too")]
mod browser;
mod built_in;
mod callback;
mod client;
mod others;
mod program;
mod sdks;
mod web;
