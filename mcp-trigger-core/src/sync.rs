//! Atomics: of the standard library, or of loom in models.
//!
//! A model runs the code of a module under every order of its operations and with every value that the memory orders allow. A
//! model fails if one of these breaks an invariant, or leaves a thread waiting for ever. The atomics of loom work in models only,
//! so the feature `models` and a command of their own select them:
//! `cargo test -p mcp-trigger-core --features models --lib models::`.

#[cfg(all(test, feature = "models"))]
pub(crate) use loom::sync::atomic;
#[cfg(not(all(test, feature = "models")))]
pub(crate) use std::sync::atomic;
