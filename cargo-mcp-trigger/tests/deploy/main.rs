//! `package`, `publish` and `doctor` as a user types them. Cargo's builds, the app, and the tools of Azure are scripts, which note what they
//! are told.

#![cfg(unix)]
// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

mod doctor;
#[path = "../../src/commands/package/executable/small_elf.rs"]
mod elf;
mod package;
mod publish;
mod reproducible;
mod workshop;
