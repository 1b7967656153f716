//! A question to the client of a call, and why it may have no answer.

use crate::function::schema::Checker;
use serde_json::value::RawValue;
use std::fmt;
use std::sync::Arc;

/// A question of a function to its client.
#[derive(Debug)]
pub(crate) struct Question {
    /// The key of the question among those of the same call. Default: its number.
    pub(crate) key: Option<String>,
    /// The client's method, such as `elicitation/create`.
    pub(crate) method: &'static str,
    /// The parameters of the method.
    pub(crate) params: Box<RawValue>,
    /// The capability that a client needs for it, such as `elicitation`, and the part of it, such as `url`.
    pub(crate) capability: (&'static str, Option<&'static str>),
    /// The check of the answer.
    pub(crate) expected: Expected,
}

/// The check of the answer to a question.
#[derive(Clone, Debug)]
pub(crate) struct Expected {
    /// The schema that the question came with.
    pub(crate) schema: Option<Arc<Checker>>,
    /// Reads an answer to the end, to tell why it is not one.
    pub(crate) read: fn(&RawValue, Option<&Checker>) -> Result<(), String>,
}

impl Expected {
    /// Compares a client's result with what is expected.
    ///
    /// # Errors
    ///
    /// If the result is not an answer: why, to follow the words "the answer".
    pub(crate) fn check(&self, result: &RawValue) -> Result<(), String> {
        (self.read)(result, self.schema.as_deref())
    }
}

/// Why a question to the client has no answer, or the call cannot become a task.
///
/// With `?` the function fails with the message of this error. If the client lacks a capability, a client of MCP 2025-11-25 or later
/// gets the error code that MCP has for that case.
///
/// ```
/// use mcp_trigger::{Context, Elicited, ToolError, mcp_tool, schemars};
/// # #[derive(serde::Deserialize, schemars::JsonSchema)]
/// # struct Guest { name: String }
///
/// /// Greets the user, by name if the client can ask for it.
/// #[mcp_tool]
/// async fn greet(cx: &Context) -> Result<String, ToolError> {
///     match cx.elicit::<Guest>("Who are you?").await {
///         Ok(Elicited::Accepted(guest)) => Ok(format!("Hello, {}!", guest.name)),
///         Ok(_) => Ok("Hello!".to_owned()),
///         Err(error) if error.is_unsupported() => Ok("Hello!".to_owned()),
///         Err(error) => Err(error.into()),
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskError(Reason);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Reason {
    /// The endpoint or the revision of MCP cannot carry a question to this client.
    CannotAsk(&'static str),
    /// The client does not declare this capability, or this part of it.
    MissingCapability(&'static str, Option<&'static str>),
    /// The client answered with a JSON-RPC error with this message.
    Refused(String),
    /// The client's result does not fit the question.
    Unreadable,
    /// The schema of an elicitation is too complex for a form.
    NoForm,
    /// The client disconnected, or its session ended.
    Disconnected,
}

impl AskError {
    /// Whether this client cannot be asked this question: the endpoint, the revision of MCP or the client's capabilities do not
    /// allow it. Other clients may be able to answer.
    pub fn is_unsupported(&self) -> bool {
        matches!(self.0, Reason::CannotAsk(_) | Reason::MissingCapability(..))
    }

    /// Whether the client answered with an error of its own.
    pub fn is_refused(&self) -> bool {
        matches!(self.0, Reason::Refused(_))
    }

    /// Whether the client's answer does not fit the question, for example the schema of an elicitation.
    pub fn is_invalid_answer(&self) -> bool {
        matches!(self.0, Reason::Unreadable)
    }

    /// Whether the client disconnected before it answered.
    pub fn is_disconnected(&self) -> bool {
        matches!(self.0, Reason::Disconnected)
    }

    pub(crate) fn cannot_ask(why: &'static str) -> Self {
        AskError(Reason::CannotAsk(why))
    }

    pub(crate) fn missing_capability(capability: &'static str, part: Option<&'static str>) -> Self {
        AskError(Reason::MissingCapability(capability, part))
    }

    pub(crate) fn refused(message: String) -> Self {
        AskError(Reason::Refused(message))
    }

    pub(crate) fn unreadable() -> Self {
        AskError(Reason::Unreadable)
    }

    pub(crate) fn no_form() -> Self {
        AskError(Reason::NoForm)
    }

    pub(crate) fn disconnected() -> Self {
        AskError(Reason::Disconnected)
    }

    /// The capability that the client lacks, and the part of it, if that is the reason.
    pub(crate) fn capability(&self) -> Option<(&'static str, Option<&'static str>)> {
        match self.0 {
            Reason::MissingCapability(capability, part) => Some((capability, part)),
            _ => None,
        }
    }
}

impl fmt::Display for AskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::CannotAsk(why) => f.write_str(why),
            Reason::MissingCapability(capability, part) => {
                let part = part.map(|part| format!(".{part}")).unwrap_or_default();
                write!(f, "the client does not declare the capability `{capability}{part}`, so it cannot be asked")
            }
            Reason::Refused(message) => write!(f, "the client refused: {message}"),
            Reason::Unreadable => f.write_str("the client's answer is not what was asked for"),
            Reason::NoForm => f.write_str(
                "what is asked for is no form: that is a struct whose fields are texts, numbers, booleans or choices of them",
            ),
            Reason::Disconnected => f.write_str("the client went away before it answered"),
        }
    }
}

impl std::error::Error for AskError {}
