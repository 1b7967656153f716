//! System.Text.Json: how the extension writes messages to clients, and the text inside a trigger's value.
//!
//! Its default encoder escapes all characters but ASCII, and those that could be markup in HTML (recordings/endpoint.jsonl, "call no
//! arguments").

use super::number;
use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, Serializer};
use std::io::{self, Write};

/// Writes a value as System.Text.Json would.
///
/// JSON text inside ([`RawValue`](serde_json::value::RawValue)) keeps its members, their order and the digits of its numbers. White
/// space is removed, and strings are escaped anew.
///
/// ```
/// use host_protocol::json::system_text;
///
/// assert_eq!(system_text::to_string(&"é<b>").unwrap(), r#""\u00E9\u003Cb\u003E""#);
/// ```
///
/// # Errors
///
/// If the value cannot be written as JSON, or JSON text inside it holds half a surrogate pair, on which
/// System.Text.Json fails too (recordings/endpoint.jsonl, "lone surrogate").
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<String> {
    let mut text = Vec::with_capacity(256);
    write(&mut text, value)?;
    String::from_utf8(text).map_err(serde::ser::Error::custom)
}

/// Writes a value as System.Text.Json would, at the end of `out`.
///
/// # Errors
///
/// If [`to_string`] would fail.
pub fn write<T: Serialize + ?Sized>(out: &mut Vec<u8>, value: &T) -> serde_json::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, SystemText))
}

struct SystemText;

impl Formatter for SystemText {
    fn write_f32<W: ?Sized + Write>(&mut self, out: &mut W, value: f32) -> io::Result<()> {
        out.write_all(number::shortest(value).as_bytes())
    }

    fn write_f64<W: ?Sized + Write>(&mut self, out: &mut W, value: f64) -> io::Result<()> {
        out.write_all(number::shortest(value).as_bytes())
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        // By bytes: all plain characters have one, and long texts are mostly plain.
        while let Some(at) = rest.bytes().position(|byte| !PLAIN[usize::from(byte)]) {
            out.write_all(&rest.as_bytes()[..at])?;
            let mut following = rest[at..].chars();
            if let Some(c) = following.next() {
                write_code_units(out, c)?;
            }
            rest = following.as_str();
        }
        out.write_all(rest.as_bytes())
    }

    fn write_char_escape<W: ?Sized + Write>(&mut self, out: &mut W, escape: CharEscape) -> io::Result<()> {
        match escape {
            CharEscape::Quote => out.write_all(b"\\u0022"),
            CharEscape::ReverseSolidus => out.write_all(b"\\\\"),
            CharEscape::Solidus => out.write_all(b"/"),
            CharEscape::Backspace => out.write_all(b"\\b"),
            CharEscape::FormFeed => out.write_all(b"\\f"),
            CharEscape::LineFeed => out.write_all(b"\\n"),
            CharEscape::CarriageReturn => out.write_all(b"\\r"),
            CharEscape::Tab => out.write_all(b"\\t"),
            CharEscape::AsciiControl(byte) => write!(out, "\\u{byte:04X}"),
        }
    }

    fn write_raw_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(quote) = rest.find('"') {
            write_without_space(out, &rest[..quote])?;
            let end = end_of_string(&rest[quote..]).ok_or(io::ErrorKind::InvalidData)? + quote;
            let text: String = serde_json::from_str(&rest[quote..end])?;
            text.serialize(&mut Serializer::with_formatter(&mut *out, SystemText))?;
            rest = &rest[end..];
        }
        write_without_space(out, rest)
    }
}

/// The bytes of the characters that the encoder writes unchanged.
static PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = b' ';
    while byte <= b'~' {
        plain[byte as usize] = !matches!(byte, b'"' | b'&' | b'\'' | b'+' | b'<' | b'>' | b'\\' | b'`');
        byte += 1;
    }
    plain
};

fn write_code_units<W: ?Sized + Write>(out: &mut W, c: char) -> io::Result<()> {
    for unit in c.encode_utf16(&mut [0; 2]) {
        write!(out, "\\u{unit:04X}")?;
    }
    Ok(())
}

fn write_without_space<W: ?Sized + Write>(out: &mut W, json: &str) -> io::Result<()> {
    json.split_ascii_whitespace().try_for_each(|part| out.write_all(part.as_bytes()))
}

/// The length of the JSON string at the start of `json`, with its quotes.
pub(crate) fn end_of_string(json: &str) -> Option<usize> {
    let bytes = json.as_bytes();
    let mut at = 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::value::RawValue;

    #[test]
    fn every_kind_of_character() {
        let text = "a\"\\/\u{8}\u{c}\n\r\t\u{1f}\u{7f}&'+<>`é😀";
        let written = to_string(text).unwrap();
        assert_eq!(
            written,
            concat!(
                r#""a\u0022\\/\b\f\n\r\t\u001F\u007F"#,
                r#"\u0026\u0027\u002B\u003C\u003E\u0060\u00E9\uD83D\uDE00""#
            )
        );
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }

    #[test]
    fn raw_text_keeps_order_and_digits() {
        let raw = r#"{ "b" : [ 1.50, 12345678901234567890 ] , "a\/" : "x \u003c y", "b":true }"#;
        let raw: &RawValue = serde_json::from_str(raw).unwrap();
        let written = to_string(raw).unwrap();
        assert_eq!(written, r#"{"b":[1.50,12345678901234567890],"a/":"x \u003C y","b":true}"#);
    }

    #[test]
    fn half_a_surrogate_pair_fails() {
        let raw: &RawValue = serde_json::from_str(r#"["\ud800"]"#).unwrap();
        assert!(to_string(raw).is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_reads_as_it_was(text in any::<String>()) {
            let written = to_string(&text).unwrap();
            prop_assert!(written.is_ascii());
            prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text.clone());
            // The same as raw text, from however it was escaped before.
            let raw = RawValue::from_string(serde_json::to_string(&text).unwrap()).unwrap();
            prop_assert_eq!(to_string(&raw).unwrap(), written);
        }
    }
}
