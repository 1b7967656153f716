//! The local host with a handler in another process: app folders, their handlers, and what can go wrong with them.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

mod app;
#[cfg(unix)]
mod command;
mod faults;
mod forms;
#[cfg(unix)]
mod host_json;
#[cfg(unix)]
mod hostile;
mod samples;
#[cfg(unix)]
mod settings;
