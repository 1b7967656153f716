//! Mistakes in an app's files, function.json and host.json, and what the Functions host does because of them.
//!
//! Some mistakes in a function.json take the whole host down, others only the function (recorded). Each problem is judged as if it
//! were the only one.
//!
//! A binding of an unknown type is not a problem: the host's extension bundle brings the type. (In the recordings
//! `blob` and `queue` are "not registered" because that app had no bundle.)

mod any_function;
mod arguments;
mod duplicates;
mod host_json;
mod mcp_triggers;
mod schema;
mod warnings;

pub use host_json::{HostJsonProblem, host_json};

use std::fmt;

use crate::function_json::FunctionJson;

/// The severity of a problem, from the lowest to the highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The host loads the function, but a member has no effect, or not the expected one.
    Warning,
    /// The host puts the function in error: it is not listed and cannot be called. The other functions run.
    FunctionInError,
    /// No function of the app can be called: the host does not start, or does not answer.
    HostDown,
}

/// A mistake in one function.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FunctionProblem {
    /// The name of the function.
    pub function: String,
    /// The member of function.json with the mistake, such as `bindings[0].toolName`. `None` for the function as a whole.
    pub member: Option<String>,
    /// The severity.
    pub severity: Severity,
    /// The mistake, what the host does because of it, and how to mend it.
    pub message: String,
}

impl fmt::Display for FunctionProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.function)?;
        if let Some(member) = &self.member {
            write!(f, "{member}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// Checks all functions of an app, given by name in the order of the folders.
///
/// ```
/// use host_protocol::function_json::{FunctionJson, ToolTrigger};
/// use host_protocol::validate::{self, Severity};
///
/// let tool = |name: &str| FunctionJson::generated(vec![ToolTrigger::new(name, "Says hello.").into()]);
/// let problems = validate::functions(&[("Hello".to_owned(), tool("hello")), ("Greet".to_owned(), tool("HELLO"))]);
/// assert_eq!(problems[0].severity, Severity::HostDown);
/// assert_eq!(
///     problems[0].to_string(),
///     "Greet: bindings[0].toolName: the tool `HELLO` is also declared by the function Hello, as `hello`: \
///      the host does not start, and no function of the app can be called; give one of the two another name"
/// );
/// ```
pub fn functions(files: &[(String, FunctionJson)]) -> Vec<FunctionProblem> {
    let mut problems = Vec::new();
    for (name, file) in files {
        let mut report = Report { function: name, binding: None, problems: &mut problems };
        any_function::check_function(&mut report, file);
        warnings::check_function(&mut report, file);
        for (at, binding) in file.bindings.iter().enumerate() {
            report.binding = Some(at);
            any_function::check_binding(&mut report, binding);
            arguments::check(&mut report, binding);
            mcp_triggers::check(&mut report, binding);
            warnings::check_binding(&mut report, binding);
        }
    }
    duplicates::check(files, &mut problems);
    problems
}

/// Collects the problems of one function, or of one of its bindings.
struct Report<'a> {
    function: &'a str,
    binding: Option<usize>,
    problems: &'a mut Vec<FunctionProblem>,
}

impl Report<'_> {
    /// Adds a problem. An empty `member` means the binding as a whole.
    fn host_down(&mut self, member: &str, fault: impl fmt::Display, mend: &str) {
        let effect = "the host does not start, and no function of the app can be called";
        self.add(Severity::HostDown, member, format!("{fault}: {effect}; {mend}"));
    }

    fn in_error(&mut self, member: &str, fault: impl fmt::Display, mend: &str) {
        let effect = "the host puts the function in error and does not list it";
        self.add(Severity::FunctionInError, member, format!("{fault}: {effect}; {mend}"));
    }

    fn warn(&mut self, member: &str, message: impl fmt::Display) {
        self.add(Severity::Warning, member, message.to_string());
    }

    fn add(&mut self, severity: Severity, member: &str, message: String) {
        let dot = if member.is_empty() { "" } else { "." };
        let member = match self.binding {
            Some(at) => Some(format!("bindings[{at}]{dot}{member}")),
            None => Some(member.to_owned()).filter(|member| !member.is_empty()),
        };
        self.problems.push(FunctionProblem { function: self.function.to_owned(), member, severity, message });
    }
}

#[cfg(test)]
mod tests;
