//! Newtonsoft.Json: how the host writes requests to the handler, and reads the replies.
//!
//! Its reader takes every string that is a date and time as a whole for a date, and loses the way that it was written
//! (recordings/results.jsonl, "resource iso"). So a handler should send its results inside an envelope.

use super::date::DateTime;
use super::number;
use super::system_text::end_of_string;
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
    /// If a string inside holds half a surrogate pair, or the value is nested deeper than 128 levels.
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
                Writer::new(&mut text).indented().rewriting_dates().write(value)?;
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
/// If a string inside holds half a surrogate pair, or the value is nested deeper than 128 levels.
pub fn compact(value: &RawValue) -> serde_json::Result<String> {
    let mut text = String::with_capacity(value.get().len());
    Writer::new(&mut text).write(value)?;
    Ok(text)
}

/// A value that the host read in a reply and writes again: compact, numbers and dates in .NET's form.
///
/// # Errors
///
/// If a string inside holds half a surrogate pair, or the value is nested deeper than 128 levels.
pub fn compact_reply(value: &RawValue) -> serde_json::Result<String> {
    let mut text = String::with_capacity(value.get().len());
    Writer::new(&mut text).rewriting_dates().write(value)?;
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

/// How deep a value may be nested that is written anew. An indented text grows with the square of its depth.
const DEPTH: usize = 128;

/// Writes JSON text anew in one pass.
struct Writer<'a> {
    out: &'a mut String,
    is_indented: bool,
    /// Whether a string that is a date was read as one.
    rewrites_dates: bool,
    /// How many objects and arrays are open.
    depth: usize,
    /// Whether an object or an array begins here.
    is_first: bool,
}

impl<'a> Writer<'a> {
    fn new(out: &'a mut String) -> Self {
        Writer { out, is_indented: false, rewrites_dates: false, depth: 0, is_first: false }
    }

    fn indented(self) -> Self {
        Writer { is_indented: true, ..self }
    }

    fn rewriting_dates(self) -> Self {
        Writer { rewrites_dates: true, ..self }
    }

    fn write(mut self, value: &RawValue) -> serde_json::Result<()> {
        let mut rest = value.get();
        while let Some(first) = rest.as_bytes().first() {
            let end = match first {
                b'"' => end_of_string(rest).unwrap_or(rest.len()),
                b',' | b':' | b'{' | b'[' | b'}' | b']' => 1,
                _ => rest.find([',', '}', ']', ' ', '\t', '\n', '\r']).unwrap_or(rest.len()),
            };
            let (token, after) = rest.split_at(end);
            rest = after.trim_ascii_start();
            match first {
                b',' => {
                    self.out.push(',');
                    self.new_line();
                }
                b':' => self.out.push_str(if self.is_indented { ": " } else { ":" }),
                b'}' | b']' => self.close(token),
                b'{' | b'[' => self.open(token)?,
                b'"' => self.string(token, rest.starts_with(':'))?,
                _ => self.scalar(token),
            }
        }
        Ok(())
    }

    fn new_line(&mut self) {
        if self.is_indented {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n("  ", self.depth));
        }
    }

    /// Ends the line of an opening bracket.
    fn begin(&mut self) {
        if std::mem::take(&mut self.is_first) {
            self.new_line();
        }
    }

    fn open(&mut self, bracket: &str) -> serde_json::Result<()> {
        self.begin();
        self.out.push_str(bracket);
        (self.depth, self.is_first) = (self.depth + 1, true);
        if self.depth > DEPTH {
            return Err(serde::de::Error::custom(format_args!("a value is nested deeper than {DEPTH} levels")));
        }
        Ok(())
    }

    fn close(&mut self, bracket: &str) {
        self.depth = self.depth.saturating_sub(1);
        if !std::mem::take(&mut self.is_first) {
            self.new_line();
        }
        self.out.push_str(bracket);
    }

    fn string(&mut self, token: &str, is_name: bool) -> serde_json::Result<()> {
        self.begin();
        let text: String = serde_json::from_str(token)?;
        match DateTime::read(&text).filter(|_| self.rewrites_dates && !is_name) {
            Some(date) => write_string(self.out, &date.round_trip()),
            None => write_string(self.out, &text),
        }
        Ok(())
    }

    fn scalar(&mut self, token: &str) {
        self.begin();
        match token.as_bytes().first() {
            Some(b'-' | b'0'..=b'9') => self.out.push_str(&match integer(token) {
                Some(digits) => digits,
                None => token.parse().map_or_else(|_| token.to_owned(), with_decimals),
            }),
            _ => self.out.push_str(token),
        }
    }
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

    #[test]
    fn blanks_and_empty_values_are_no_lines() {
        let value: &RawValue = serde_json::from_str("[ { } , [ ] ,\n{ \"a\" : [ [ ] , -0 ] } ]").unwrap();
        assert_eq!(compact(value).unwrap(), r#"[{},[],{"a":[[],0]}]"#);
        let lines = "[\n  {},\n  [],\n  {\n    \"a\": [\n      [],\n      0\n    ]\n  }\n]";
        assert_eq!(read(value.get()), other(lines));
        let name: &RawValue = serde_json::from_str(r#"{"2026-01-02T03:04:05.100Z":":,{}[]\""}"#).unwrap();
        assert_eq!(compact_reply(name).unwrap(), name.get());
    }

    #[test]
    fn a_deep_value_fails_at_once() {
        let deep = |depth| RawValue::from_string("[".repeat(depth) + &"]".repeat(depth)).unwrap();
        assert!(Token::read(&deep(DEPTH)).is_ok());
        let error = compact_reply(&deep(1_000_000)).unwrap_err();
        assert!(error.to_string().contains("deeper than 128 levels"), "{error}");
    }
}
