//! The sample apps as their user starts them, `cargo run -p hello`, with clients that others have written.

// `allow-unwrap-in-tests` does not reach functions that tests call.
#![allow(clippy::unwrap_used)]

mod keys;
mod life;
mod other_sdks;
mod rust_sdk;
