use super::{Refusal, text};
use host_protocol::invocation::{Input, argument_text};
use host_protocol::json::RawObject;
use serde_json::value::RawValue;

/// The arguments of a call, read and written once, as the extension does it before a function sees them.
pub(super) struct Arguments(Option<Box<RawValue>>);

impl Arguments {
    /// The arguments among the parameters.
    pub(super) fn read(params: &RawObject<'_>) -> Result<Self, Refusal> {
        let arguments = params.get_some("arguments").map(text).transpose()?;
        let arguments = arguments.map(RawValue::from_string).transpose().map_err(|_| Refusal::internal())?;
        let arguments = Arguments(arguments);
        arguments.values()?;
        Ok(arguments)
    }

    /// What of the required ones is not there, or is `null`.
    pub(super) fn missing<'a>(&self, required: &'a [String]) -> Result<Vec<&'a str>, Refusal> {
        let values = self.values()?;
        let missing = |name: &&str| values.get(name).is_none_or(|value| value.get() == "null");
        Ok(required.iter().map(String::as_str).filter(missing).collect())
    }

    /// The values of input bindings that each hold one argument; `absent` stands for one that is not there.
    pub(super) fn inputs(
        &self,
        bindings: &[(String, String)],
        absent: &Input,
    ) -> Result<Vec<(String, Input)>, Refusal> {
        let values = self.values()?;
        let input = |(binding, argument): &(String, String)| {
            let text = values.get(argument).map(argument_text).transpose().map_err(|_| Refusal::internal())?;
            Ok((binding.clone(), text.map_or_else(|| absent.clone(), Input::Text)))
        };
        bindings.iter().map(input).collect()
    }

    pub(super) fn into_json(self) -> Option<Box<RawValue>> {
        self.0
    }

    fn values(&self) -> Result<RawObject<'_>, Refusal> {
        let Some(json) = &self.0 else { return Ok(RawObject::default()) };
        RawObject::parse(json.get()).map_err(|_| Refusal::internal())
    }
}
