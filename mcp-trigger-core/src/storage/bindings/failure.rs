//! [`BindingFailure`]: the reason for the log, and advice for the client.

use std::fmt;

/// The error of a binding, because of which a call fails. Its text ([`Display`](fmt::Display)) is for the log only.
#[derive(Clone, Debug)]
pub struct BindingFailure {
    /// The reason, for the log only: paths and addresses are in it.
    reason: String,
    /// The advice for the client. `None` unless the client sent an unsuitable value.
    advice: Option<String>,
}

impl BindingFailure {
    /// Makes a failure with a reason for the log, and without advice.
    pub fn new(reason: impl Into<String>) -> Self {
        BindingFailure { reason: reason.into(), advice: None }
    }

    /// The advice for the client. `None` unless the client sent an unsuitable value.
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }

    /// Sets the advice for the client.
    pub(super) fn advising(self, advice: Option<String>) -> Self {
        BindingFailure { advice, ..self }
    }

    /// Puts the failed operation, such as "cannot read the input `file`", before the reason.
    pub(super) fn during(self, operation: fmt::Arguments<'_>) -> Self {
        BindingFailure { reason: format!("{operation}: {}", self.reason), ..self }
    }
}

impl fmt::Display for BindingFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl<E: std::error::Error> From<E> for BindingFailure {
    fn from(error: E) -> Self {
        BindingFailure::new(error.to_string())
    }
}
