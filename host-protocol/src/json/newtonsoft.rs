//! Newtonsoft.Json: how the host writes requests to the handler, and reads the replies.
//!
//! Its reader takes every string that is a date and time as a whole for a date, and loses the way that it was written
//! (recordings/results.jsonl, "resource iso"). So a handler should send its results inside an envelope.

use super::date::DateTime;
use super::{RawObject, number};
use serde_json::value::RawValue;
use std::fmt::Write as _;

/// A value as Newtonsoft.Json reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// `null`.
    Null,
    /// A string that is not a date.
    Text(String),
    /// Another value, as the text of .NET's `ToString()`: numbers, `True`, dates, indented objects and arrays.
    Other(String),
}

impl Token {
    /// Reads a value.
    ///
    /// # Errors
    ///
    /// If a string inside holds half a surrogate pair.
    pub fn read(value: &RawValue) -> serde_json::Result<Self> {
        let json = value.get();
        Ok(match json.as_bytes().first() {
            Some(b'n') => Token::Null,
            Some(b't') => Token::Other("True".to_owned()),
            Some(b'f') => Token::Other("False".to_owned()),
            Some(b'"') => {
                let text: String = serde_json::from_str(json)?;
                DateTime::read(&text).map_or(Token::Text(text), |date| Token::Other(date.to_string()))
            }
            Some(b'{' | b'[') => {
                let mut text = String::with_capacity(json.len() * 2);
                write_value(&mut text, value, Style { indent: Some(0), rewrite_dates: true })?;
                Token::Other(text)
            }
            _ => Token::Other(match integer(json) {
                Some(digits) => digits,
                None => json.parse::<f64>().map_or_else(|_| json.to_owned(), number::shortest),
            }),
        })
    }
}

/// A value that the host read and writes into a request: compact, numbers in .NET's form, dates as they were
/// (ground-truth.md §1, "dates in arguments").
///
/// # Errors
///
/// If a string inside holds half a surrogate pair.
pub fn compact(value: &RawValue) -> serde_json::Result<String> {
    let mut text = String::with_capacity(value.get().len());
    write_value(&mut text, value, Style { indent: None, rewrite_dates: false })?;
    Ok(text)
}

/// A value that the host read in a reply and writes again: compact, numbers and dates in .NET's form.
///
/// # Errors
///
/// If a string inside holds half a surrogate pair.
pub fn compact_reply(value: &RawValue) -> serde_json::Result<String> {
    let mut text = String::with_capacity(value.get().len());
    write_value(&mut text, value, Style { indent: None, rewrite_dates: true })?;
    Ok(text)
}

/// Writes a text as a JSON string. Newtonsoft.Json escapes no more than JSON requires, and three line ends of Unicode.
pub fn write_string(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|c| matches!(c, '\0'..='\x1f' | '"' | '\\' | '\u{85}' | '\u{2028}' | '\u{2029}')) {
        out.push_str(&rest[..at]);
        let mut following = rest[at..].chars();
        match following.next() {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\u{8}') => out.push_str("\\b"),
            Some('\u{c}') => out.push_str("\\f"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(c) => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            None => {}
        }
        rest = following.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

/// Text as a JSON string.
pub(crate) fn once(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    write_string(&mut out, text);
    out
}

/// Text as a JSON string in a JSON string: the form in which the host sends every string.
pub(crate) fn twice(text: &str) -> String {
    once(&once(text))
}

/// The style of written JSON.
#[derive(Clone, Copy)]
struct Style {
    /// The depth in an indented document; `None` writes a compact one.
    indent: Option<usize>,
    /// Whether a string that is a date was read as one.
    rewrite_dates: bool,
}

fn write_value(out: &mut String, value: &RawValue, style: Style) -> serde_json::Result<()> {
    let json = value.get();
    match json.as_bytes().first() {
        Some(b'"') => {
            let text: String = serde_json::from_str(json)?;
            match DateTime::read(&text).filter(|_| style.rewrite_dates) {
                Some(date) => write_string(out, &date.round_trip()),
                None => write_string(out, &text),
            }
        }
        Some(b'{') => {
            let object = RawObject::parse(json)?;
            let members = object.iter().map(|(name, value)| (Some(name), value));
            write_items(out, ['{', '}'], members, style)?;
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(json)?;
            write_items(out, ['[', ']'], items.into_iter().map(|value| (None, value)), style)?;
        }
        Some(b'-' | b'0'..=b'9') => out.push_str(&match integer(json) {
            Some(digits) => digits,
            None => json.parse().map_or_else(|_| json.to_owned(), with_decimals),
        }),
        _ => out.push_str(json),
    }
    Ok(())
}

fn write_items<'a>(
    out: &mut String,
    brackets: [char; 2],
    items: impl Iterator<Item = (Option<&'a str>, &'a RawValue)>,
    style: Style,
) -> serde_json::Result<()> {
    let Style { indent, .. } = style;
    let new_line = |out: &mut String, depth: usize| {
        if indent.is_some() {
            out.push('\n');
            out.extend(std::iter::repeat_n("  ", depth));
        }
    };
    let depth = indent.unwrap_or(0);
    let mut empty = true;
    out.push(brackets[0]);
    for (name, value) in items {
        if !empty {
            out.push(',');
        }
        empty = false;
        new_line(out, depth + 1);
        if let Some(name) = name {
            write_string(out, name);
            out.push_str(if indent.is_some() { ": " } else { ":" });
        }
        write_value(out, value, Style { indent: indent.map(|depth| depth + 1), ..style })?;
    }
    if !empty {
        new_line(out, depth);
    }
    out.push(brackets[1]);
    Ok(())
}

/// The digits of an integer of any size. `None` for another number.
fn integer(json: &str) -> Option<String> {
    let digits = json.strip_prefix('-').unwrap_or(json);
    let all = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    all.then(|| if json == "-0" { "0".to_owned() } else { json.to_owned() })
}

/// A number with a fraction or an exponent, so that it does not read as an integer.
fn with_decimals(value: f64) -> String {
    let text = number::shortest(value);
    if text.contains(['.', 'E']) { text } else { text + ".0" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Token {
        Token::read(serde_json::from_str(json).unwrap()).unwrap()
    }

    fn other(text: &str) -> Token {
        Token::Other(text.to_owned())
    }

    #[test]
    fn scalars_become_their_dotnet_text() {
        assert_eq!(read("null"), Token::Null);
        assert_eq!(read("true"), other("True"));
        assert_eq!(read("3"), other("3"));
        assert_eq!(read("1.50"), other("1.5"));
        assert_eq!(read("1.0"), other("1"));
        assert_eq!(read("12345678901234567000"), other("12345678901234567000"));
        assert_eq!(read(r#""abcd""#), Token::Text("abcd".to_owned()));
    }

    #[test]
    fn a_string_that_is_a_date_is_one() {
        assert_eq!(read(r#""2026-01-02T03:04:05Z""#), other("01/02/2026 03:04:05"));
        assert_eq!(read(r#""2026-01-02""#), Token::Text("2026-01-02".to_owned()));
    }

    #[test]
    fn objects_and_arrays_are_indented() {
        assert_eq!(
            read(r#"{"a":[1,{}],"d":"2026-01-02T03:04:05.100Z","f":2.0,"e":[]}"#),
            other(
                "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"d\": \"2026-01-02T03:04:05.1Z\",\n  \"f\": 2.0,\n  \"e\": []\n}"
            )
        );
    }

    #[test]
    fn requests_are_compact_and_keep_dates() {
        let value = serde_json::from_str(r#"{ "a" : "2026-01-02T03:04:05.100Z", "b" : [ 1.50, "é\u001d" ] }"#).unwrap();
        assert_eq!(compact(value).unwrap(), "{\"a\":\"2026-01-02T03:04:05.100Z\",\"b\":[1.5,\"é\\u001d\"]}");
        assert_eq!(compact_reply(value).unwrap(), "{\"a\":\"2026-01-02T03:04:05.1Z\",\"b\":[1.5,\"é\\u001d\"]}");
    }
}
