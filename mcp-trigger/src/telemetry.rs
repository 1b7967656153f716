//! Logs: those of a call travel with its reply, the others go to the console.

use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};

/// The lines that a call has logged so far.
#[derive(Clone, Default)]
pub(crate) struct LogSink(Arc<Mutex<Vec<String>>>);

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    Debug,
    Info,
    Warn,
    Error,
}

impl LogSink {
    pub(crate) fn log(&self, _level: Level, message: impl Display) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(message.to_string());
    }

    /// Takes the lines out.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
