use crate::function::schema::Checker;
use serde_json::value::RawValue;
use std::fmt;
use std::sync::Arc;

/// Something that a function asks its client.
#[derive(Debug)]
pub(crate) struct Question {
    /// What tells it from the other questions of the same call; its number if nobody gave it one.
    pub(crate) key: Option<String>,
    /// The client's method, such as `elicitation/create`.
    pub(crate) method: &'static str,
    /// The parameters of the method.
    pub(crate) params: Box<RawValue>,
    /// The capability that a client needs for it, such as `elicitation`, and the part of it, such as `url`.
    pub(crate) capability: (&'static str, Option<&'static str>),
    /// What an answer has to be.
    pub(crate) expected: Expected,
}

/// What the answer to a question has to be.
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
/// It is an error like any other: with `?` the function ends with its message. A client that lacks the capability gets the error
/// that MCP has for that, where its revision has one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AskError {
    /// The call came in on a way that leads nowhere back.
    CannotAsk(&'static str),
    /// The client cannot do what would be needed.
    MissingCapability(&'static str, Option<&'static str>),
    /// The client answered with an error; its message.
    Refused(String),
    /// The client answered, but with something that is no answer.
    Unreadable,
    /// What was asked for cannot be asked in a form.
    NoForm,
    /// The client went away.
    Gone,
}

impl fmt::Display for AskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AskError::CannotAsk(why) => f.write_str(why),
            AskError::MissingCapability(capability, part) => {
                let part = part.map(|part| format!(".{part}")).unwrap_or_default();
                write!(f, "the client does not declare the capability `{capability}{part}`, so it cannot be asked")
            }
            AskError::Refused(message) => write!(f, "the client refused: {message}"),
            AskError::Unreadable => f.write_str("the client's answer is not what was asked for"),
            AskError::NoForm => f.write_str(
                "what is asked for is no form: that is a struct whose fields are texts, numbers, booleans or choices of them",
            ),
            AskError::Gone => f.write_str("the client went away before it answered"),
        }
    }
}

impl std::error::Error for AskError {}
