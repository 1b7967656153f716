//! The error of a function.

use host_protocol::ToolResult;
use std::error::Error as StdError;
use std::fmt;

/// The error of a function, with a message for the caller.
///
/// All kinds of functions have this type, each with an alias: [`ToolError`], [`ResourceError`], [`PromptError`]. Any error converts
/// into it, so `?` works on standard errors, `anyhow::Error`, `String` and `&str`. The client gets the message and those of its
/// sources, joined by `: `. A [`private`](FunctionError::private) message goes to the log only.
///
/// | function | what the client gets at `/runtime/webhooks/mcp` |
/// |---|---|
/// | tool | a result with `isError` and the message, which the model reads and can act on |
/// | resource, prompt | the JSON-RPC error -32603 `An error occurred.`: the extension passes no message on. It is in the log |
///
/// ```
/// use mcp_trigger::ToolError;
///
/// fn port(text: &str) -> Result<u16, ToolError> {
///     if text.is_empty() {
///         return Err("the port is missing".into());
///     }
///     Ok(text.parse()?)
/// }
///
/// assert_eq!(port("").unwrap_err().to_string(), "the port is missing");
/// assert_eq!(port("x").unwrap_err().to_string(), "invalid digit found in string");
/// ```
///
/// `FunctionError` does not implement [`std::error::Error`], since it converts from all types that do.
pub struct FunctionError {
    source: Box<dyn StdError + Send + Sync>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The function failed.
    Public,
    /// The function failed, and the client must not know the reason.
    Private,
    /// The call failed with a JSON-RPC error.
    Protocol(i32),
    /// The function was not called, because its arguments are wrong.
    Arguments,
}

/// The error of a tool, with a message for the model.
pub type ToolError = FunctionError;
/// The error of a resource that cannot be read.
pub type ResourceError = FunctionError;
/// The error of a prompt that cannot be made.
pub type PromptError = FunctionError;

impl FunctionError {
    /// An error with a message for the client.
    pub fn new(message: impl Into<String>) -> Self {
        FunctionError::from(message.into())
    }

    /// An error whose message goes to the log only. The client gets a message without details.
    pub fn private(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        FunctionError { source: error.into(), kind: Kind::Private }
    }

    /// A JSON-RPC error with this code, for failures that a model cannot mend. At `/mcp` the client gets this error, and a
    /// [task](crate::tasks) ends as failed. The MCP extension of the Functions host cannot send JSON-RPC errors: its clients get an
    /// ordinary error of the function.
    ///
    /// Choose a code outside of -32768 to -32000: JSON-RPC and MCP use these.
    ///
    /// ```
    /// use mcp_trigger::ToolError;
    ///
    /// let error = ToolError::protocol(1001, "the printer has left the network");
    /// assert_eq!(error.code(), Some(1001));
    /// ```
    pub fn protocol(code: i32, message: impl Into<String>) -> Self {
        FunctionError { kind: Kind::Protocol(code), ..FunctionError::new(message) }
    }

    /// The code of an error that [`protocol`](FunctionError::protocol) made.
    pub fn code(&self) -> Option<i32> {
        match self.kind {
            Kind::Protocol(code) => Some(code),
            _ => None,
        }
    }

    /// Whether the message is kept from the client.
    pub fn is_private(&self) -> bool {
        self.kind == Kind::Private
    }

    /// This error as an error of the arguments. A private error stays private.
    pub(crate) fn of_arguments(self) -> Self {
        if self.is_private() { self } else { FunctionError { kind: Kind::Arguments, ..self } }
    }

    /// This error with a prefix before its message. A private error stays private.
    pub(crate) fn about(self, what: impl fmt::Display) -> Self {
        FunctionError { source: format!("{what}: {self}").into(), kind: self.kind }
    }

    /// A result that the function should not have returned. The client is told as much as it can use; the log has what the author of
    /// the function needs to know.
    pub(crate) fn of_result(told: impl Into<String>, logged: impl Into<String>) -> Self {
        FunctionError::from(Flaw { told: told.into(), logged: logged.into() })
    }

    /// The message for the log.
    pub(crate) fn logged(&self) -> String {
        self.downcast_ref::<Flaw>().map_or_else(|| self.to_string(), |flaw| flaw.logged.clone())
    }

    /// Whether the arguments of the call are to blame.
    pub(crate) fn is_of_arguments(&self) -> bool {
        self.kind == Kind::Arguments
    }

    /// The error that this one was made from, if it has the type `E`.
    pub fn downcast_ref<E: StdError + 'static>(&self) -> Option<&E> {
        self.source.downcast_ref()
    }

    /// The message for the client.
    pub(crate) fn into_tool_result(self, tool: &str) -> ToolResult {
        if self.is_private() {
            // The extension's own words for a failure it knows nothing about: recordings/results.jsonl, "tool err500".
            ToolResult::error(format!("An error occurred invoking '{tool}'."))
        } else {
            ToolResult::error(self.to_string())
        }
    }
}

/// A mistake of the function's author, in two wordings.
#[derive(Debug)]
struct Flaw {
    told: String,
    logged: String,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.told)
    }
}

impl StdError for Flaw {}

/// The message and those of its sources, joined by `: `. A source that only repeats what its parent said is left out.
impl fmt::Display for FunctionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = self.source.to_string();
        f.write_str(&said)?;
        let mut next = self.source.source();
        while let Some(error) = next {
            let message = error.to_string();
            if !said.contains(&message) {
                write!(f, ": {message}")?;
            }
            said = message;
            next = error.source();
        }
        Ok(())
    }
}

impl fmt::Debug for FunctionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FunctionError").field("source", &self.source).field("kind", &self.kind).finish()
    }
}

impl<E: Into<Box<dyn StdError + Send + Sync>>> From<E> for FunctionError {
    fn from(error: E) -> Self {
        FunctionError { source: error.into(), kind: Kind::Public }
    }
}

/// An error that a function may return: `E` in its `Result<T, E>`. Implemented for every type that converts into a
/// [`FunctionError`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the error of a function",
    label = "not an error that a function can return",
    note = "return `ToolError` (`ResourceError`, `PromptError`), into which `?` converts other errors, or a message: `String` or `&'static str`",
    note = "write `Box<dyn Error>` as `Box<dyn Error + Send + Sync>`: a function may go on in another thread",
    note = "an error of your own implements `std::error::Error`, and all its fields are `Send + Sync + 'static`"
)]
pub trait IntoFunctionError {
    /// Converts the error.
    fn into_function_error(self) -> FunctionError;
}

#[diagnostic::do_not_recommend]
impl<E> IntoFunctionError for E
where
    FunctionError: From<E>,
{
    fn into_function_error(self) -> FunctionError {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Outer(std::num::ParseIntError);
    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("cannot read the port")
        }
    }
    impl StdError for Outer {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn the_whole_chain_is_told() {
        let error = ToolError::from(Outer("x".parse::<u16>().unwrap_err()));
        assert_eq!(error.to_string(), "cannot read the port: invalid digit found in string");
    }

    #[test]
    fn a_private_message_stays_in_the_log() {
        let error = ToolError::private("password is hunter2");
        assert_eq!(error.to_string(), "password is hunter2");
        let error = error.about("output `file`").of_arguments();
        assert_eq!(error.to_string(), "output `file`: password is hunter2");
        let result = error.into_tool_result("login");
        assert_eq!(result.content[0].as_text(), Some("An error occurred invoking 'login'."));
    }
}
