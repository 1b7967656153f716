//! The README, the pages of the book in `docs/`, and the other Markdown files: what rustdoc does not say of them.
//!
//! Their Rust is compiled as doc tests of this package (`src/docs.rs`). Command lines of apps and of `cargo mcp-trigger` are read by the
//! programs' own tests.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

mod blocks;
mod book;
mod links;
mod markdown;
