//! Invocations and results in the host's words for a language worker (ground-truth.md §11).

use super::typed_data::Data;
use super::{ParameterBinding, TypedData, parameter_binding};
use crate::content::AsExtension;
use crate::invocation::{Input, InvalidInvocation, Invocation, TriggerBinding};
use crate::json::base64;
use crate::reply::ReturnValue;
use serde::Serialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

impl Invocation {
    /// Reads the values of an invocation. The trigger's value is encoded once: the text is its JSON.
    ///
    /// # Errors
    ///
    /// If there is no value for the trigger, or it is not JSON.
    pub fn from_rpc(
        id: impl Into<String>,
        function: impl Into<Cow<'static, str>>,
        binding: TriggerBinding<'_>,
        values: Vec<ParameterBinding>,
    ) -> Result<Self, InvalidInvocation> {
        let (mut trigger, mut inputs) = (String::new(), Vec::new());
        for ParameterBinding { name, rpc_data } in values {
            let data = rpc_data.and_then(|parameter_binding::RpcData::Data(data)| data.data);
            match data {
                Some(Data::String(text) | Data::Json(text)) if name == binding.name => trigger = text,
                data => inputs.push((name, input(data))),
            }
        }
        Invocation::of_values(id, function, binding, trigger, inputs)
    }
}

/// The value of an input binding.
fn input(data: Option<Data>) -> Input {
    match data {
        Some(Data::String(text)) => Input::Text(text),
        Some(Data::Bytes(bytes) | Data::Stream(bytes)) => Input::Encoded(base64::encode(&bytes)),
        Some(Data::Json(json)) => match json.as_bytes().first() {
            Some(b'{') => Input::Object(json),
            Some(b'n') | None => Input::Missing,
            Some(b'"') => serde_json::from_str(&json).map_or(Input::Encoded(json), Input::Text),
            Some(_) => Input::Encoded(json),
        },
        Some(Data::Int(number)) => Input::Encoded(number.to_string()),
        Some(Data::Double(number)) => Input::Encoded(number.to_string()),
        _ => Input::Missing,
    }
}

impl TypedData {
    /// The value for a trigger: an envelope as text. `None` without a value. A failure is told by the status of the invocation.
    ///
    /// # Errors
    ///
    /// If a part cannot be written as JSON. No such part is known: all are text or JSON already.
    pub fn of_return_value(value: &ReturnValue) -> serde_json::Result<Option<Self>> {
        Ok(Some(match value {
            ReturnValue::None | ReturnValue::Failed(_) => return Ok(None),
            ReturnValue::Json(json) => Data::Json(json.get().to_owned()).into(),
            ReturnValue::Tool(result) => envelope("call_tool_result", result)?,
            ReturnValue::Resource(contents) => envelope("resource", contents)?,
            ReturnValue::Prompt(result) => envelope("get_prompt_result", result)?,
        }))
    }

    /// The value for an output binding, from its JSON in a reply. With `is_base64`, a string stands for the bytes in it.
    pub fn of_output(value: &RawValue, is_base64: bool) -> Self {
        let bytes = serde_json::from_str::<String>(value.get())
            .ok()
            .filter(|_| is_base64)
            .and_then(|text| base64::decode(&text));
        bytes.map_or_else(|| Data::Json(value.get().to_owned()), |bytes| Data::Bytes(bytes.into())).into()
    }
}

/// The text of an envelope: the same that a custom handler sends as a JSON string.
fn envelope<'a, T>(kind: &str, content: &'a T) -> serde_json::Result<TypedData>
where
    AsExtension<'a, T>: Serialize,
{
    let content = serde_json::to_string(&serde_json::to_string(&AsExtension(content))?)?;
    Ok(Data::String(format!(r#"{{"type":"{kind}","content":{content}}}"#)).into())
}

impl ParameterBinding {
    /// A binding with its value.
    pub fn new(name: impl Into<String>, value: TypedData) -> Self {
        ParameterBinding { name: name.into(), rpc_data: Some(parameter_binding::RpcData::Data(value)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{ContentBlock, ResourceBody, ResourceContents, ToolResult};
    use crate::invocation::{Trigger, TriggerKind};
    use crate::reply::FunctionResult;

    /// What the extension reads is the same text, whatever the transport.
    #[test]
    fn envelopes_are_those_of_a_custom_handler() {
        let text = "a \"b\" \\ \n \u{1} é 2026-01-02T03:04:05Z";
        let values = [
            ReturnValue::Tool(ToolResult::from(ContentBlock::text(text))),
            ReturnValue::Resource(ResourceContents::new("x://y", ResourceBody::Text(text.to_owned()))),
        ];
        for value in values {
            let reply = FunctionResult::new(value.clone()).encode().unwrap();
            let reply: serde_json::Value = serde_json::from_slice(&reply).unwrap();
            let sent = TypedData::of_return_value(&value).unwrap().and_then(|data| data.data);
            assert_eq!(sent, Some(Data::String(reply["ReturnValue"].as_str().unwrap().to_owned())));
        }
    }

    #[test]
    fn a_trigger_is_encoded_once_and_inputs_are_exact() {
        let values = vec![
            ParameterBinding::new(
                "toolTrigger",
                Data::String(r#"{"name":"t","arguments":{"d":"\"{}\""}}"#.to_owned()).into(),
            ),
            ParameterBinding::new("a", Data::String("null".to_owned()).into()),
            ParameterBinding::new("b", Data::Bytes(vec![0xff, 0].into()).into()),
            ParameterBinding::new("c", TypedData::default()),
        ];
        let binding = TriggerBinding::new("toolTrigger", TriggerKind::Tool);
        let invocation = Invocation::from_rpc("1", "T", binding, values).unwrap();
        let Trigger::Tool(tool) = &invocation.trigger else { panic!("{invocation:?}") };
        assert_eq!(tool.arguments.as_ref().unwrap().get(), r#"{"d":"\"{}\""}"#);
        let inputs = [("a", Input::Text("null".into())), ("b", Input::Encoded("/wA=".into())), ("c", Input::Missing)];
        assert_eq!(invocation.inputs, inputs.map(|(name, input)| (name.to_owned(), input)));
        assert!(Invocation::from_rpc("1", "T", binding, Vec::new()).is_err());
    }

    #[test]
    fn outputs_are_bytes_where_they_are_base64() {
        let raw = |json: &str| RawValue::from_string(json.to_owned()).unwrap();
        assert_eq!(TypedData::of_output(&raw(r#""YWJjZA==""#), true).data, Some(Data::Bytes("abcd".into())));
        assert_eq!(TypedData::of_output(&raw(r#""""#), true).data, Some(Data::Bytes("".into())));
        assert_eq!(TypedData::of_output(&raw(r#""abcd""#), false).data, Some(Data::Json(r#""abcd""#.to_owned())));
        assert_eq!(TypedData::of_output(&raw(r#"["a","b"]"#), true).data, Some(Data::Json(r#"["a","b"]"#.to_owned())));
    }
}
