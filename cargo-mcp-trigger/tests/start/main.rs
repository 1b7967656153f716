//! `start`, and the commands that call what it serves, as a user types them. Each test builds an app.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]
#![cfg(unix)]

mod calls;
mod reload;
mod workspace;
