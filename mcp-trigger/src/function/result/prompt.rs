//! The return types of prompts.

use super::ResultSpec;
use crate::function::error::{FunctionError, IntoFunctionError};
use host_protocol::ContentBlock;
use host_protocol::content::{PromptMessage, PromptResult};
use std::borrow::Cow;

/// A return type of prompts.
///
/// | type | what the client gets |
/// |---|---|
/// | `String`, `&str`, `Cow<str>` | one message of the user's |
/// | [`ContentBlock`] | the same, with any content |
/// | [`PromptMessage`], `Vec<PromptMessage>` | these messages |
/// | [`PromptResult`] | itself, with a description and `_meta` |
/// | `Result<T, E>` | `T`, or an error |
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be returned from an `#[mcp_prompt]` function",
    label = "not the result of a prompt",
    note = "return text (`value.to_string()`, or `serde_json::to_string(&value)?` for JSON), `ContentBlock`, `PromptMessage`, `Vec<PromptMessage>`, `PromptResult`, or a `Result` of these",
    note = "several texts or blocks are several messages: `texts.into_iter().map(PromptMessage::user).collect::<Vec<_>>()`"
)]
pub trait IntoPromptResult {
    /// Converts the returned value.
    ///
    /// # Errors
    ///
    /// If the function failed.
    fn into_prompt_result(self) -> Result<PromptResult, FunctionError>;
}

/// The single place where the return type of a prompt has to be [`IntoPromptResult`].
pub const fn prompt_result<R: IntoPromptResult>() -> ResultSpec<R, PromptResult> {
    ResultSpec { output_schema: None, mime_type: None, convert: R::into_prompt_result }
}

macro_rules! messages {
    ($($type:ty => $convert:expr),* $(,)?) => {$(
        impl IntoPromptResult for $type {
            fn into_prompt_result(self) -> Result<PromptResult, FunctionError> {
                Ok($convert(self))
            }
        }
    )*};
}

messages! {
    PromptResult => |result| result,
    Vec<PromptMessage> => PromptResult::from,
    PromptMessage => PromptResult::from,
    ContentBlock => |block| PromptMessage::user(block).into(),
    String => |text| PromptMessage::user(text).into(),
    &str => |text| PromptMessage::user(text).into(),
    Cow<'_, str> => |text: Cow<'_, str>| PromptMessage::user(text.into_owned()).into(),
}

impl<T: IntoPromptResult, E: IntoFunctionError> IntoPromptResult for Result<T, E> {
    fn into_prompt_result(self) -> Result<PromptResult, FunctionError> {
        self.map_err(IntoFunctionError::into_function_error)?.into_prompt_result()
    }
}
