//! The completions of an argument, and the types that convert into them.

use crate::function::error::{FunctionError, IntoFunctionError};
use serde::Serialize;

/// The completions of an argument.
///
/// Made from a list of texts. A function that does not look up all completions can tell how many there are:
///
/// ```
/// use mcp_trigger::Completions;
///
/// let first = Completions::from(vec!["serde", "syn"]).total(1_200);
/// assert!(first.has_more);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Completions {
    /// The texts, the best first. A client gets the first 100.
    pub values: Vec<String>,
    /// The number of all completions, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<u64>,
    /// Whether there are more.
    pub has_more: bool,
}

impl Completions {
    /// No more than these may be sent (specification: `server/utilities/completion`, "Completion Results").
    const LIMIT: usize = 100;

    /// Sets the number of all completions, these among them.
    #[must_use]
    pub fn total(mut self, total: u64) -> Self {
        self.total = Some(total);
        self.has_more = total > self.values.len() as u64;
        self
    }

    /// Tells that there are more, if their number is not known.
    #[must_use]
    pub fn and_more(mut self) -> Self {
        self.total = None;
        self.has_more = true;
        self
    }

    /// As many as may be sent.
    pub(crate) fn limited(mut self) -> Self {
        self.has_more |= self.values.len() > Completions::LIMIT;
        self.values.truncate(Completions::LIMIT);
        self
    }
}

impl<S: Into<String>> From<Vec<S>> for Completions {
    fn from(values: Vec<S>) -> Self {
        let total = Some(values.len() as u64);
        Completions { values: values.into_iter().map(Into::into).collect(), total, has_more: false }
    }
}

/// A type that a function of `#[arg(complete = …)]` may return.
///
/// | type | |
/// |---|---|
/// | `Vec<String>`, `Vec<&str>`, `[String; N]`, `[&str; N]` | all there is |
/// | [`Completions`] | itself, with how many there are |
/// | `Result<T, E>` | `T`, or an error |
#[diagnostic::on_unimplemented(
    message = "`{Self}` completes no argument",
    label = "not what an argument can be completed with",
    note = "return `Vec<String>`, `Vec<&str>`, `Completions`, or a `Result` of these"
)]
pub trait IntoCompletions {
    /// Converts the value.
    ///
    /// # Errors
    ///
    /// If the function failed.
    fn into_completions(self) -> Result<Completions, FunctionError>;
}

impl IntoCompletions for Completions {
    fn into_completions(self) -> Result<Completions, FunctionError> {
        Ok(self)
    }
}

impl<S: Into<String>> IntoCompletions for Vec<S> {
    fn into_completions(self) -> Result<Completions, FunctionError> {
        Ok(self.into())
    }
}

impl<S: Into<String>, const N: usize> IntoCompletions for [S; N] {
    fn into_completions(self) -> Result<Completions, FunctionError> {
        Vec::from(self).into_completions()
    }
}

impl<T: IntoCompletions, E: IntoFunctionError> IntoCompletions for Result<T, E> {
    fn into_completions(self) -> Result<Completions, FunctionError> {
        self.map_err(IntoFunctionError::into_function_error)?.into_completions()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_gets_a_hundred() {
        let numbers = |count: u32| Completions::from((0..count).map(|n| n.to_string()).collect::<Vec<_>>()).limited();
        let all = numbers(100);
        assert_eq!((all.values.len(), all.total, all.has_more), (100, Some(100), false));
        let some = numbers(101);
        assert_eq!((some.values.len(), some.total, some.has_more), (100, Some(101), true));
        assert_eq!(some.values[99], "99");
    }

    #[test]
    fn functions_may_know_of_more() {
        let first = Completions::from(vec!["a"]);
        assert!(!first.clone().total(1).has_more);
        let more = first.and_more().limited();
        assert_eq!((more.total, more.has_more), (None, true));
    }
}
