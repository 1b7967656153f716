//! Locks, atomics and threads: those of the standard library, or those of shuttle in models.
//!
//! A model runs the code of a module under random schedules of its threads and tasks, from a fixed seed. It fails where one of them
//! breaks an invariant, or leaves a thread or a task waiting for ever. What tokio brings stays as it is: each of its operations is
//! one step. The types of shuttle work in models only, so the feature `models` and a command of their own select them:
//! `cargo test -p mcp-trigger --features models --lib models::`.

#[cfg(not(all(test, feature = "models")))]
pub(crate) use mcp_trigger_core::lock::lock;
#[cfg(all(test, feature = "models"))]
pub(crate) use shuttle::{
    hint,
    sync::{Mutex, atomic},
    thread,
};
#[cfg(not(all(test, feature = "models")))]
pub(crate) use std::{
    hint,
    sync::{Mutex, atomic},
    thread,
};

/// Takes a lock.
#[cfg(all(test, feature = "models"))]
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> shuttle::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Runs a model under many schedules.
#[cfg(all(test, feature = "models"))]
pub(crate) fn check(model: impl Fn() + Send + Sync + 'static) {
    shuttle::check_random_with_seed(model, 1, 1000);
}
