//! Strings that hold JSON, as the host sends it: twice over, so that every other byte is an escape.

/// The text in a JSON string; `None` if the JSON is something else.
///
/// It takes the two escapes that JSON inside a string is full of, and leaves all others to serde_json, which is made for text
/// and takes three times as long for this.
pub(crate) fn unquote(json: &str) -> Option<String> {
    let inside = json.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = Vec::with_capacity(inside.len());
    let mut rest = inside.as_bytes();
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'\\' | b'"' | 0..0x20)) {
        match rest[at..] {
            [b'\\', escaped @ (b'"' | b'\\'), ..] => {
                text.extend_from_slice(&rest[..at]);
                text.push(escaped);
                rest = &rest[at + 2..];
            }
            _ => return serde_json::from_str(json).ok(),
        }
    }
    text.extend_from_slice(rest);
    String::from_utf8(text).ok()
}

#[cfg(test)]
mod tests {
    use super::unquote;
    use proptest::prelude::*;

    #[test]
    fn only_whole_strings_are_strings() {
        for json in ["", "\"", "{}", "1", "null", r#""a"b""#, r#""a\""#, "\"a\nb\"", r#""\x""#, r#""\ud800""#] {
            assert_eq!(unquote(json), None, "{json}");
        }
        assert_eq!(unquote(r#""a\\\"\u0041\n""#).as_deref(), Some("a\\\"A\n"));
    }

    proptest! {
        #[test]
        fn it_reads_what_serde_json_reads(text in any::<String>(), json in "\"[a\\\\\"nu0 ]{0,12}\"") {
            prop_assert_eq!(unquote(&serde_json::to_string(&text).unwrap()), Some(text));
            prop_assert_eq!(unquote(&json), serde_json::from_str(&json).ok());
        }
    }
}
