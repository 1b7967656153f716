//! Values survive the way through the codec and the rules of the host, in both directions.

use super::*;
use crate::{FunctionError, Json};
use host_protocol::binding::{self, blob_input};
use host_protocol::invocation::{
    LazyCaller, SystemBindingData, ToolInvocationContext, Trigger, TriggerBinding, TriggerKind,
};
use host_protocol::{FunctionResult, Invocation};
use proptest::prelude::*;
use serde_json::{Value, json};

const BLOB: Binding = Binding { name: "file", kind: "blob", is_output: true, properties: "{}" };
const QUEUE: Binding = Binding { kind: "queue", ..BLOB };

/// The reply with an output, as the host reads it.
fn reply<T: IntoOutput>(binding: Binding, value: T) -> FunctionResult {
    let spec = output_spec::<T>(binding);
    let output = spec.open();
    output.set(value);
    let value = spec.write(output).unwrap().expect("it was set");
    let result = FunctionResult::default().with_outputs(vec![(binding.name.to_owned(), value)]);
    FunctionResult::decode(200, Some("application/json"), &result.encode().unwrap()).unwrap()
}

fn stored<T: IntoOutput>(value: T) -> Vec<u8> {
    let reply = reply(BLOB, value);
    binding::OutputValue::of(&BLOB.to_function_json(), &reply).unwrap().to_blob().unwrap()
}

fn messages<T: IntoOutput>(value: T) -> Vec<Vec<u8>> {
    let reply = reply(QUEUE, value);
    binding::OutputValue::of(&QUEUE.to_function_json(), &reply).unwrap().to_messages().unwrap()
}

/// The value that a function gets of a blob with these bytes.
fn read<T: FromInput>(content: Option<&[u8]>) -> T {
    let binding = Binding { is_output: false, ..BLOB };
    let input = blob_input(content, binding.to_function_json().data_type.as_ref());
    let trigger = Trigger::Tool(ToolInvocationContext::new("t", None, LazyCaller::default()));
    let inputs = vec![(binding.name.to_owned(), input)];
    let invocation = Invocation::new("", "F", trigger).with_inputs(inputs);
    let body =
        invocation.encode("toolTrigger", &SystemBindingData::new(std::time::SystemTime::UNIX_EPOCH, "")).unwrap();
    let trigger = TriggerBinding::new("toolTrigger", TriggerKind::Tool);
    let arrived = Invocation::decode("", "F", trigger, body.as_bytes()).unwrap();
    input_spec::<T>(binding).take(arrived.inputs.first().map(|(_, input)| input)).unwrap()
}

/// Texts that a host is tempted by.
fn text() -> impl Strategy<Value = String> {
    const TEMPTING: &[&str] =
        &["", "abcd", "null", "2026-01-02T03:04:05Z", "[1,2]", "{\"a\": 1}", "\"quoted\"", "true", "42", "\u{feff}bom"];
    prop_oneof![any::<String>(), "[A-Za-z0-9+/]{0,12}={0,2}", prop::sample::select(TEMPTING).prop_map(str::to_owned)]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text().prop_map(Value::from)
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_stored_and_read_as_it_is(text in text()) {
        let bytes = stored(text.clone());
        prop_assert_eq!(&bytes, text.as_bytes());
        prop_assert_eq!(read::<String>(Some(&bytes)), text.as_str());
        prop_assert_eq!(read::<Option<String>>(Some(&bytes)), Some(text.clone()));
        prop_assert_eq!(messages(text.clone()), vec![text.into_bytes()]);
    }

    #[test]
    fn any_bytes_are_stored_and_read_as_they_are(bytes in any::<Vec<u8>>()) {
        prop_assert_eq!(stored(bytes.clone()), bytes.clone());
        prop_assert_eq!(read::<Vec<u8>>(Some(&bytes)), bytes.clone());
        prop_assert_eq!(messages(bytes.clone()), vec![bytes]);
    }

    #[test]
    fn any_json_is_stored_and_read_as_it_is(value in any_json()) {
        let bytes = stored(Json(value.clone()));
        prop_assert_eq!(read::<Json<Value>>(Some(&bytes)).0, value.clone());
        let messages = messages(Json(value.clone()));
        prop_assert_eq!(messages.len(), 1);
        prop_assert_eq!(serde_json::from_slice::<Value>(&messages[0]).unwrap(), value);
    }

    #[test]
    fn each_of_several_messages_arrives(texts in prop::collection::vec(text(), 2..5)) {
        prop_assume!(!texts.iter().any(|text| host_protocol::json::is_date_time(text)));
        let expected: Vec<_> = texts.iter().map(|text| text.clone().into_bytes()).collect();
        prop_assert_eq!(messages(texts.clone()), expected);
        let values: Vec<_> = texts.iter().map(|text| Json(json!({ "text": text }))).collect();
        let arrived: Vec<Value> = messages(values).iter().map(|message| serde_json::from_slice(message).unwrap()).collect();
        prop_assert_eq!(arrived, texts.iter().map(|text| json!({ "text": text })).collect::<Vec<_>>());
    }
}

/// A value that cannot be read, nor written, for reasons that no client is to hear.
struct Secret;

impl FromInput for Secret {
    fn from_input(_: Option<Vec<u8>>) -> Result<Self, FunctionError> {
        Err(FunctionError::private("hunter2"))
    }
}

#[test]
fn a_private_error_of_a_type_stays_private() {
    let binding = Binding { name: "file", kind: "blob", is_output: false, properties: "{}" };
    let error = input_spec::<Secret>(binding).take(None).err().unwrap();
    assert!(error.is_private());
    assert_eq!(error.to_string(), "input `file`: hunter2");
}

#[test]
fn a_blob_that_is_not_there_is_none() {
    assert_eq!(read::<Option<String>>(None), None);
    assert_eq!(read::<Option<Vec<u8>>>(None), None);
    // The limit of this wire: these three bytes look like nothing where nothing may be.
    assert_eq!(read::<Option<Vec<u8>>>(Some(&[0x9e, 0xe9, 0x65])), None);
    assert_eq!(read::<Vec<u8>>(Some(&[0x9e, 0xe9, 0x65])), [0x9e, 0xe9, 0x65]);
}
