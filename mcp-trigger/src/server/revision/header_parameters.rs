//! Header parameters: headers that repeat arguments of a call, so that gateways can route by them (specification 2026-07-28:
//! `basic/transports/streamable-http`).

use crate::function::params::{is_number, whole};
use crate::function::schema::Mirrored;
use crate::server::message::Error;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use host_protocol::json::RawObject;
use hyper::HeaderMap;
use hyper::header::HeaderName;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Checks that the headers of a call repeat its arguments.
///
/// # Errors
///
/// If a header is missing, or has another value than its argument.
pub(in crate::server) fn check(
    all: &[Mirrored],
    headers: &HeaderMap,
    arguments: Option<&RawValue>,
) -> Result<(), Error> {
    for Mirrored { path, header } in all {
        let value = value(headers, header)?;
        let argument = find(path, arguments);
        match (value, argument) {
            (None, None) => {}
            (Some(value), Some(argument)) if is_same(&value, argument) => {}
            (value, argument) => {
                let value = value.map_or("is missing".to_owned(), |value| format!("is `{value}`"));
                let argument = argument.map_or("is not there".to_owned(), |argument| format!("is {argument}"));
                let path = path.join(".");
                return Err(Error::header_mismatch(format!("the header {header} {value}, but `{path}` {argument}")));
            }
        }
    }
    Ok(())
}

/// The unwrapped value of a header. Several lines of one header are an error.
fn value<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<Cow<'a, str>>, Error> {
    let mut lines = headers.get_all(name).iter();
    let Some(line) = lines.next() else { return Ok(None) };
    let value = std::str::from_utf8(line.as_bytes()).ok().and_then(unwrapped).filter(|_| lines.next().is_none());
    value.map(Some).ok_or_else(|| Error::header_mismatch(format!("the header {name} cannot be read")))
}

/// The argument at the end of a path. `null` counts as absent.
fn find<'a>(path: &[String], arguments: Option<&'a RawValue>) -> Option<&'a RawValue> {
    let member = |object: &'a RawValue, name: &String| RawObject::parse(object.get()).ok()?.get(name);
    path.iter().try_fold(arguments?, member).filter(|argument| argument.get() != "null")
}

/// Whether a header has the value of an argument. Text is compared as it is, numbers by value, everything else as JSON.
fn is_same(value: &str, argument: &RawValue) -> bool {
    let json = argument.get();
    if json.starts_with('"') {
        return serde_json::from_str::<String>(json).is_ok_and(|text| text == value);
    }
    let whole = |text| is_number(text).then(|| whole(text).ok())?;
    value == json || whole(value).is_some_and(|number| whole(json) == Some(number))
}

/// The value of a header that may be wrapped in `=?base64?…?=`, for characters that headers cannot hold. `None` if the base64 or
/// the UTF-8 is invalid.
pub(in crate::server) fn unwrapped(value: &str) -> Option<Cow<'_, str>> {
    let value = value.trim();
    let Some(inner) = value.strip_prefix("=?base64?").and_then(|rest| rest.strip_suffix("?=")) else {
        return Some(value.into());
    };
    String::from_utf8(BASE64_STANDARD.decode(inner).ok()?).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::StatusCode;

    /// Whether a call passes with these header lines, where `a.b` is the argument that they repeat.
    #[track_caller]
    fn passes(lines: &[&str], arguments: &str) -> bool {
        let name = HeaderName::from_static("mcp-param-b");
        let all = [Mirrored { path: vec!["a".to_owned(), "b".to_owned()], header: name.clone() }];
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(&name, line.parse().unwrap());
        }
        let arguments = RawValue::from_string(arguments.to_owned()).unwrap();
        match check(&all, &headers, Some(&arguments)) {
            Ok(()) => true,
            Err(error) => {
                assert_eq!((error.code, error.status), (-32020, StatusCode::BAD_REQUEST));
                false
            }
        }
    }

    #[test]
    fn a_header_says_what_the_argument_is() {
        for (value, argument) in [
            ("Oslo", r#""Oslo""#),
            (" Oslo ", r#""Oslo""#),
            ("=?base64?w5hyc3Rh?=", r#""\u00d8rsta""#),
            ("=?base64?IE9zbG8g?=", r#"" Oslo ""#),
            ("=?base64?T3Nsbw==", r#""=?base64?T3Nsbw==""#),
            ("T3Nsbw==?=", r#""T3Nsbw==?=""#),
            ("42", "42"),
            ("42", "42.0"),
            ("42.0", "42"),
            ("4.2e1", "42"),
            ("-1", "-1"),
            ("9007199254740993", "9007199254740993"),
            ("9007199254740993", "9007199254740993.0"),
            ("0", "-0.0"),
            ("true", "true"),
        ] {
            assert!(passes(&[value], &format!(r#"{{"a":{{"b":{argument}}}}}"#)), "{value}: {argument}");
        }
    }

    #[test]
    fn nothing_else_passes() {
        for (value, argument) in [
            ("oslo", r#""Oslo""#),
            ("=?base64?T3Nsbw?=", r#""Oslo""#),
            ("=?base64?T3Nsbw==!?=", r#""Oslo""#),
            ("=?base64?T3Ns bw==?=", r#""Oslo""#),
            ("=?Base64?T3Nsbw==?=", r#""Oslo""#),
            ("=?base64?/w==?=", r#""Oslo""#),
            ("43", "42"),
            ("42.5", "42"),
            ("9007199254740992.0", "9007199254740993"),
            ("nan", "42"),
            ("TRUE", "true"),
            ("Oslo", "null"),
            ("", "42"),
        ] {
            assert!(!passes(&[value], &format!(r#"{{"a":{{"b":{argument}}}}}"#)), "{value}: {argument}");
        }
        let call = r#"{"a":{"b":"Oslo"}}"#;
        assert!(!passes(&[], call), "a gateway saw nothing");
        assert!(!passes(&["Oslo", "Bergen"], call) && !passes(&["Oslo", "Oslo"], call), "which one did it see?");
        assert!(!passes(&["Oslo"], r#"{"a":{"b":"Oslo","b":"Bergen"}}"#), "the last one counts");
    }

    #[test]
    fn what_is_not_there_needs_no_header() {
        for arguments in [r#"{"a":{"b":null}}"#, r#"{"a":{}}"#, r#"{"a":null}"#, r#"{"a":5}"#, "{}", "null"] {
            assert!(passes(&[], arguments), "{arguments}");
        }
        assert!(check(&[], &HeaderMap::new(), None).is_ok());
    }
}
