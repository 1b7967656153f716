//! Failures of bindings, with advice for the client.

use std::fmt;

/// Why a call fails in its bindings.
#[derive(Clone, Debug)]
pub struct Failure {
    /// For the log: paths and addresses are in it.
    reason: String,
    /// For the client, if what it sent is to blame.
    advice: Option<String>,
}

impl Failure {
    /// A failure whose reason is for the log only.
    pub fn new(reason: impl Into<String>) -> Self {
        Failure { reason: reason.into(), advice: None }
    }

    /// What the client is to do, if what it sent is to blame.
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }

    /// The same with advice for the client; without, if that is empty.
    pub(super) fn advising(self, advice: Option<String>) -> Self {
        Failure { advice, ..self }
    }

    /// The same, with what failed before it.
    pub(super) fn in_the_course_of(self, what: fmt::Arguments<'_>) -> Self {
        Failure { reason: format!("{what}: {}", self.reason), ..self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure::new(error.to_string())
    }
}
