//! The app as a language worker: a process, spoken to by a host of the tests' own.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

mod calls;
mod conversation;
mod faults;
mod host;
mod http;
mod transports;

/// The program under test.
const PROBE: &str = env!("CARGO_BIN_EXE_probe");
/// A program with the functions of the recordings.
const RECORDED: &str = env!("CARGO_BIN_EXE_recorded");
