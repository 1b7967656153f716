//! Every row of ground-truth.md §2, "Output bindings", and what the host's own code says of values beyond them.

use super::*;
use crate::binding::blob_input;
use crate::function_json::Direction;
use crate::invocation::Input;
use proptest::prelude::*;

fn binding(data_type: Option<DataType>) -> Binding {
    Binding { data_type, ..Binding::new("blob", Direction::Out, "out") }
}

fn result(value: &str) -> FunctionResult {
    let value = RawValue::from_string(value.to_owned()).unwrap();
    FunctionResult { outputs: vec![("out".to_owned(), value)], ..FunctionResult::default() }
}

fn blob(value: &str, data_type: Option<DataType>) -> Result<Vec<u8>, BindingError> {
    let result = result(value);
    OutputValue::of(&binding(data_type), &result).unwrap().to_blob()
}

fn messages(value: &str, data_type: Option<DataType>) -> Result<Vec<String>, BindingError> {
    let result = result(value);
    let messages = OutputValue::of(&binding(data_type), &result).unwrap().to_messages()?;
    Ok(messages.into_iter().map(|message| String::from_utf8_lossy(&message).into_owned()).collect())
}

const BINARY: Option<DataType> = Some(DataType::Binary);

#[test]
fn text_is_base64_if_it_can_be() {
    for data_type in [None, Some(DataType::String), BINARY] {
        assert_eq!(blob(r#""hello world, not base64!""#, data_type.clone()).unwrap(), b"hello world, not base64!");
        assert_eq!(messages(r#""hello, not base64!""#, data_type.clone()).unwrap(), ["hello, not base64!"]);
        assert_eq!(blob(r#""""#, data_type.clone()).unwrap(), b"");
        assert_eq!(messages(r#""""#, data_type).unwrap(), [""]);
    }
    assert_eq!(blob(r#""abcd""#, None).unwrap(), [0x69, 0xb7, 0x1d]);
    assert_eq!(messages(r#""abcd""#, None).unwrap(), ["i\u{fffd}\u{1d}"]);
    assert_eq!(blob(r#""abcd""#, BINARY).unwrap(), b"abcd");
    assert_eq!(messages(r#""abcd""#, BINARY).unwrap(), ["abcd"]);
}

#[test]
fn objects_are_compact_in_a_blob_and_indented_in_a_message() {
    let value = r#"{ "a": [1, 2.50, "2026-01-02T03:04:05Z"] }"#;
    assert_eq!(blob(value, None).unwrap(), br#"{"a":[1,2.5,"2026-01-02T03:04:05Z"]}"#);
    assert_eq!(
        messages(value, None).unwrap(),
        ["{\n  \"a\": [\n    1,\n    2.5,\n    \"2026-01-02T03:04:05Z\"\n  ]\n}"]
    );
    assert_eq!(blob(r#"{"d":"2026-01-02T03:04:05.500Z"}"#, BINARY).unwrap(), br#"{"d":"2026-01-02T03:04:05.5Z"}"#);
}

#[test]
fn lists_are_json_in_a_blob_and_messages_in_a_queue() {
    let value = r#"["x", "abcd", {"a":1}, 42, true, null, "2026-01-02T03:04:05Z"]"#;
    assert_eq!(blob(value, None).unwrap(), br#"["x","abcd",{"a":1},42,true,null,"2026-01-02T03:04:05Z"]"#);
    let expected = ["x", "abcd", "{\n  \"a\": 1\n}", "42", "True", "", "01/02/2026 03:04:05"];
    assert_eq!(messages(value, None).unwrap(), expected);
    assert_eq!(messages("[]", None).unwrap(), [""; 0]);
}

#[test]
fn numbers_are_binary_in_a_blob_and_text_in_a_queue() {
    assert_eq!(blob("42", None).unwrap(), [0x2a, 0, 0, 0]);
    assert_eq!(blob("-1", None).unwrap(), [0xff; 4]);
    assert_eq!(blob("4294967338", BINARY).unwrap(), [0x2a, 0, 0, 0]);
    assert_eq!(blob("1.5", None).unwrap(), 1.5f64.to_le_bytes());
    assert_eq!(blob("true", None).unwrap(), [1]);
    assert_eq!(blob("false", None).unwrap(), [0]);
    assert!(blob("12345678901234567890", None).is_err());
    for (value, message) in
        [("42", "42"), ("true", "True"), ("1.50", "1.5"), ("12345678901234567890", "12345678901234567890")]
    {
        assert_eq!(messages(value, None).unwrap(), [message]);
    }
}

/// Inferred: what the host does with a return value of this form is recorded ("whole string is an ISO date-time"), and its code
/// knows no bytes of a date.
#[test]
fn a_text_that_is_a_date_is_none() {
    assert!(blob(r#""2026-01-02T03:04:05Z""#, None).unwrap_err().to_string().contains("base64"));
    assert_eq!(messages(r#""2026-01-02T03:04:05Z""#, BINARY).unwrap(), ["01/02/2026 03:04:05"]);
    assert_eq!(blob(r#""2026-01-02""#, None).unwrap(), b"2026-01-02");
}

/// Inferred from the host's code: a message that looks like JSON is read first.
#[test]
fn a_message_that_looks_like_json_is_json() {
    assert_eq!(messages(r#"" {\"a\":1} ""#, None).unwrap(), ["{\n  \"a\": 1\n}"]);
    assert_eq!(messages(r#""[\"x\",\"y\"]""#, BINARY).unwrap(), ["x", "y"]);
    assert!(messages(r#""{not JSON}""#, None).is_err());
    assert_eq!(blob(r#""{not JSON}""#, None).unwrap(), b"{not JSON}");
}

#[test]
fn null_is_nothing() {
    assert!(OutputValue::of(&binding(None), &result("null")).is_none());
    assert!(OutputValue::of(&binding(None), &FunctionResult::default()).is_none());
    let mut other_case = binding(None);
    other_case.name = "Out".to_owned();
    assert!(OutputValue::of(&other_case, &result("1")).is_none());
}

#[test]
fn members_of_the_return_value_are_outputs_too() {
    let mut result = result(r#""from outputs""#);
    let value = RawValue::from_string(r#"{"out":"abcd"}"#.to_owned()).unwrap();
    result.return_value = ReturnValue::Json(value);
    assert_eq!(OutputValue::of(&binding(None), &result).unwrap().to_blob().unwrap(), b"abcd");
    let whole = Binding::new("queue", Direction::Out, "$return");
    assert_eq!(OutputValue::of(&whole, &result).unwrap().to_messages().unwrap(), [b"{\n  \"out\": \"abcd\"\n}"]);
}

proptest! {
    /// The way of every output that this project's functions have: base64 without a data type, read again as binary.
    #[test]
    fn all_bytes_survive_as_base64(bytes in any::<Vec<u8>>()) {
        let value = format!("\"{}\"", base64::encode(&bytes));
        let stored = blob(&value, None).unwrap();
        prop_assert_eq!(&stored, &bytes);
        let Input::Encoded(sent) = blob_input(Some(&stored), BINARY.as_ref()) else { panic!("bytes") };
        prop_assert_eq!(base64::decode(&sent), Some(bytes.clone()));
        let result = result(&value);
        prop_assert_eq!(OutputValue::of(&binding(None), &result).unwrap().to_messages().unwrap(), [bytes]);
    }

    /// Whatever else a function sends, nothing is stored by a panic.
    #[test]
    fn any_text_has_an_outcome(text in any::<String>()) {
        let value = serde_json::to_string(&text).unwrap();
        for data_type in [None, BINARY] {
            let _ = (blob(&value, data_type.clone()), messages(&value, data_type));
        }
    }
}
