//! What a prompt's return value becomes.

use super::envelope::Envelope;
use super::{FunctionResult, ReturnValue};
use crate::content::{PromptMessage, PromptResult, Unreadable};
use crate::json::newtonsoft::Token;

impl FunctionResult {
    /// The result that the extension makes of the return value; `use_result_schema` is that member of the trigger.
    ///
    /// # Errors
    ///
    /// When the extension fails on the value. The client then gets an error that says nothing.
    pub fn into_prompt_result(self, use_result_schema: bool) -> Result<PromptResult, Unreadable> {
        let value = match self.return_value {
            ReturnValue::None => return Ok(PromptResult::default()),
            ReturnValue::Prompt(result) => return Ok(result),
            ReturnValue::Json(value) => value,
            ReturnValue::Failed(why) => return Err(Unreadable::new(why)),
            ReturnValue::Tool(_) | ReturnValue::Resource(_) => {
                return Err(Unreadable::new("it is not a prompt's result"));
            }
        };
        match (Token::read(&value)?, use_result_schema) {
            (Token::Null, _) => Ok(PromptResult::default()),
            (Token::Text(text) | Token::Other(text), false) => Ok(PromptMessage::user(text).into()),
            (Token::Text(text), true) => open_envelope(&text),
            (Token::Other(_), true) => Err(Unreadable::new(
                "with `useResultSchema` the return value has to be a string that holds the JSON of an envelope",
            )),
        }
    }
}

fn open_envelope(text: &str) -> Result<PromptResult, Unreadable> {
    let envelope = Envelope::open(text)?;
    let (kind, content) = (envelope.required("type")?, envelope.required("content")?);
    if kind.eq_ignore_ascii_case("get_prompt_result") {
        PromptResult::read(&content)
    } else if kind.eq_ignore_ascii_case("prompt_messages") {
        PromptMessage::read_list(&content).map(PromptResult::from)
    } else {
        Err(Unreadable::new(format!("there is no envelope of type `{kind}` for prompts")))
    }
}
