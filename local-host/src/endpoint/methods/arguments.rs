//! The arguments of a call: written anew and read once, before a function sees them.

use super::text;
use crate::endpoint::reply::JsonRpcError;
use host_protocol::invocation::{Input, argument_text};
use host_protocol::json::RawObject;
use serde_json::value::RawValue;

/// The arguments among the parameters of a call, in the extension's spelling. `None` if there are none.
pub(super) fn rewritten(params: &RawObject<'_>) -> Result<Option<Box<RawValue>>, JsonRpcError> {
    let arguments = params.get_some("arguments").map(text).transpose()?;
    arguments.map(RawValue::from_string).transpose().map_err(|_| JsonRpcError::internal())
}

/// The arguments of a call, by their names.
pub(super) struct Arguments<'a>(RawObject<'a>);

impl<'a> Arguments<'a> {
    /// Reads the arguments, which are an object.
    pub(super) fn read(arguments: Option<&'a RawValue>) -> Result<Self, JsonRpcError> {
        let values = arguments.map(|arguments| RawObject::parse(arguments.get())).transpose();
        values.map(|values| Arguments(values.unwrap_or_default())).map_err(|_| JsonRpcError::internal())
    }

    /// The required arguments that are absent or `null`.
    pub(super) fn missing<'r>(&self, required: &'r [String]) -> Vec<&'r str> {
        let is_missing = |name: &&str| self.0.get(name).is_none_or(|value| value.get() == "null");
        required.iter().map(String::as_str).filter(is_missing).collect()
    }

    /// The values of input bindings that each hold one argument. `absent` is the value for an absent argument.
    pub(super) fn inputs(
        &self,
        bindings: &[(String, String)],
        absent: &Input,
    ) -> Result<Vec<(String, Input)>, JsonRpcError> {
        let input = |(binding, argument): &(String, String)| {
            let text = self.0.get(argument).map(argument_text).transpose().map_err(|_| JsonRpcError::internal())?;
            Ok((binding.clone(), text.map_or_else(|| absent.clone(), Input::Text)))
        };
        bindings.iter().map(input).collect()
    }
}
