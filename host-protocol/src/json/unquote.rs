//! Strings that hold JSON, as the host sends it: twice over, so that every other byte is an escape.

/// The text in a JSON string; `None` if the JSON is something else.
pub(crate) fn unquote(json: &str) -> Option<String> {
    match unquote_start(json.as_bytes()) {
        Some((text, [])) => Some(text),
        _ if json.starts_with('"') => serde_json::from_str(json).ok(),
        _ => None,
    }
}

/// The text in the JSON string that `json` starts with, and what follows it; `None` if it is no string, or one with other
/// escapes than `\"` and `\\`.
///
/// JSON inside a string is full of these two, and has hardly another. For such text a plain loop takes a fifth of the time that
/// serde_json's reader takes, which is made for the opposite.
pub(crate) fn unquote_start(json: &[u8]) -> Option<(String, &[u8])> {
    let [b'"', rest @ ..] = json else { return None };
    // Written by place, not pushed: the text is never longer than its JSON, and `push` would look at the capacity each time.
    let mut text = vec![0; rest.len()];
    let (mut bytes, mut places) = (rest.iter(), text.iter_mut());
    loop {
        let byte = match *bytes.next()? {
            b'"' => break,
            b'\\' => *bytes.next().filter(|escaped| matches!(escaped, b'"' | b'\\'))?,
            0..0x20 => return None,
            byte => byte,
        };
        *places.next()? = byte;
    }
    let unused = places.len();
    text.truncate(text.len() - unused);
    Some((String::from_utf8(text).ok()?, bytes.as_slice()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_whole_strings_are_strings() {
        for json in ["", "\"", "{}", "1", "null", r#""a"b""#, r#""a\""#, "\"a\nb\"", r#""\x""#, r#""\ud800""#] {
            assert_eq!(unquote(json), None, "{json}");
        }
        assert_eq!(unquote(r#""a\\\"\u0041\n""#).as_deref(), Some("a\\\"A\n"));
        assert_eq!(unquote_start(br#""a"}"#), Some(("a".to_owned(), &b"}"[..])));
    }

    proptest! {
        #[test]
        fn it_reads_what_serde_json_reads(text in any::<String>(), json in "\"[a\\\\\"nu0 ]{0,12}\"") {
            prop_assert_eq!(unquote(&serde_json::to_string(&text).unwrap()), Some(text));
            prop_assert_eq!(unquote(&json), serde_json::from_str(&json).ok());
        }
    }
}
