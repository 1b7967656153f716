//! The bytes that the host stores of the values for output bindings (ground-truth.md §2, "Output bindings").

use super::BindingError;
use crate::function_json::{Binding, DataType};
use crate::json::base64;
use crate::json::newtonsoft::{self, Token};
use crate::name::RETURN;
use crate::reply::{FunctionResult, OutputSource, ReturnValue};
use serde_json::value::RawValue;

/// A value on its way to an output binding.
#[derive(Clone, Debug)]
pub struct OutputValue<'a> {
    json: &'a RawValue,
    /// Whether the host takes a string for base64 where the string is valid base64.
    may_be_base64: bool,
}

impl<'a> OutputValue<'a> {
    /// The value of a binding in a function's result. `None` if the result has no value for it, or `null`: then nothing is stored.
    ///
    /// Names count with their case. A binding `$return` gets the whole return value, another one the value that
    /// `FunctionResult::output` finds.
    pub fn of(binding: &Binding, result: &'a FunctionResult) -> Option<Self> {
        let may_be_base64 = binding.data_type != Some(DataType::Binary);
        let (json, may_be_base64) = match &result.return_value {
            ReturnValue::Json(value) if binding.name == RETURN => (&**value, may_be_base64),
            _ => match result.output(&binding.name)? {
                OutputSource::ReturnValue(member) => (member, false),
                OutputSource::Outputs(value) => (value, may_be_base64),
            },
        };
        (json.get() != "null").then_some(OutputValue { json, may_be_base64 })
    }

    /// The content of a blob.
    ///
    /// # Errors
    ///
    /// If the host cannot store the value: a string that is a date and time as a whole, an integer of more than 64 bits, or a
    /// string with half a surrogate pair.
    pub fn to_blob(&self) -> Result<Vec<u8>, BindingError> {
        let json = self.json.get();
        match (self.token()?, json.as_bytes().first()) {
            (Token::Null, _) => Ok(Vec::new()),
            (Token::Text(text), _) => Ok(self.bytes(text)),
            (Token::Other(_), Some(b'{' | b'[')) => {
                newtonsoft::compact_reply(self.json).map(String::into_bytes).map_err(unreadable)
            }
            (Token::Other(text), Some(b't' | b'f')) => Ok(vec![u8::from(text == "True")]),
            (Token::Other(text), Some(b'"')) => Err(BindingError::new(format!(
                "the host takes the text {json} for a date ({text}), and has no bytes for one; send text as base64"
            ))),
            (Token::Other(text), _) => self.number(&text),
        }
    }

    /// An integer in its four lowest bytes, or another number in eight bytes.
    fn number(&self, integer: &str) -> Result<Vec<u8>, BindingError> {
        let json = self.json.get();
        if json.contains(['.', 'e', 'E']) {
            let number = json.parse::<f64>().map_err(|error| {
                let reason = format!("{json}: {error}");
                BindingError::caused_by(error, reason)
            })?;
            return Ok(number.to_le_bytes().to_vec());
        }
        let number = integer.parse::<i64>().map_err(|error| {
            let reason = format!("the number {json} is too large for the host to store; send it as text, in base64");
            BindingError::caused_by(error, reason)
        })?;
        Ok(number.to_le_bytes()[..4].to_vec())
    }

    /// The messages for a queue, in their order.
    ///
    /// # Errors
    ///
    /// If a text between braces or brackets is not JSON: the host reads such a text, and sends one message for each element of a
    /// list. Or if a string holds half a surrogate pair.
    pub fn to_messages(&self) -> Result<Vec<Vec<u8>>, BindingError> {
        let json = self.json.get();
        match self.token()? {
            Token::Null => Ok(Vec::new()),
            Token::Other(_) if json.starts_with('[') => elements(json).map_err(unreadable),
            Token::Other(text) => Ok(vec![text.into_bytes()]),
            Token::Text(text) => match self.decoded(&text) {
                Some(bytes) => Ok(vec![bytes]),
                None if looks_like_json(&text) => elements(&text).map_err(|error| {
                    let reason = format!(
                        "the host takes a text between braces or brackets for JSON, and this is none: {error}; send it as base64"
                    );
                    BindingError::caused_by(error, reason)
                }),
                None => Ok(vec![text.into_bytes()]),
            },
        }
    }

    fn token(&self) -> Result<Token, BindingError> {
        Token::read(self.json).map_err(unreadable)
    }

    fn bytes(&self, text: String) -> Vec<u8> {
        self.decoded(&text).unwrap_or_else(|| text.into_bytes())
    }

    fn decoded(&self, text: &str) -> Option<Vec<u8>> {
        base64::decode(text).filter(|_| self.may_be_base64)
    }
}

fn unreadable(error: serde_json::Error) -> BindingError {
    let reason = format!("the value cannot be read: {error}");
    BindingError::caused_by(error, reason)
}

fn looks_like_json(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('{') && text.ends_with('}') || text.starts_with('[') && text.ends_with(']')
}

/// The text of each element of a list, or of one other value. The host does not take strings in a list for base64
/// (ground-truth.md §2, "array").
fn elements(json: &str) -> serde_json::Result<Vec<Vec<u8>>> {
    let json = json.trim();
    let values: Vec<&RawValue> =
        if json.starts_with('[') { serde_json::from_str(json)? } else { vec![serde_json::from_str(json)?] };
    let text = |value: &RawValue| {
        Ok(match Token::read(value)? {
            Token::Null => Vec::new(),
            Token::Text(text) | Token::Other(text) => text.into_bytes(),
        })
    };
    values.into_iter().map(text).collect()
}

#[cfg(test)]
mod tests;
