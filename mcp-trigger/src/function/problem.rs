//! Mistakes in functions that no macro has checked, and those that only the whole app shows.

use super::{Function, Location};
use std::fmt;

/// Something that is wrong with a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    location: Location,
    message: String,
}

impl Problem {
    pub(crate) fn new(function: &Function, message: String) -> Self {
        Problem { location: function.location, message }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.location, self.message)
    }
}
