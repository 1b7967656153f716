//! Strings that hold JSON, as the host sends it: twice over, so that every other byte is an escape.

/// The text in a JSON string; `None` if the JSON is something else.
pub(crate) fn unquote(json: &str) -> Option<String> {
    if json.starts_with('"') { serde_json::from_str(json).ok() } else { None }
}

/// The text in a JSON string in the JSON string that `json` starts with, and what follows it. `None` if that is not what stands
/// there, or if it has rarer escapes than quotes and backslashes.
///
/// Reading such a string twice with serde_json takes five times as long: its reader is made for text with few escapes.
pub(crate) fn unquote_twice(json: &[u8]) -> Option<(String, &[u8])> {
    let mut rest = json.strip_prefix(br#""\""#)?;
    // Written by place, not pushed: the text is never longer than its JSON, and `push` would look at the capacity each time.
    let mut text = vec![0; rest.len()];
    let mut length = 0;
    loop {
        let (byte, after) = match rest {
            [byte, after @ ..] if !SPECIAL[usize::from(*byte)] => (*byte, after),
            [b'\\', b'\\', b'\\', escaped @ (b'"' | b'\\'), after @ ..] => (*escaped, after),
            [b'\\', b'"', b'"', after @ ..] => {
                text.truncate(length);
                return Some((String::from_utf8(text).ok()?, after));
            }
            _ => return None,
        };
        *text.get_mut(length)? = byte;
        length += 1;
        rest = after;
    }
}

/// Whether a byte is more than itself in a JSON string.
static SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = true;
        byte += 1;
    }
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table
};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn twice(text: &str) -> String {
        serde_json::to_string(&serde_json::to_string(text).unwrap()).unwrap()
    }

    #[test]
    fn strings_in_strings() {
        assert_eq!(unquote_twice(br#""\"a\\\"b\\\\c\""},"#), Some(("a\"b\\c".to_owned(), &b"},"[..])));
        for json in
            ["", "\"", "{}", r#""a""#, r#""\"a""#, r#""\"a\"b"#, r#""\"a"b\"""#, r#""\"\\n\"""#, "\"\\\"a\nb\\\"\""]
        {
            assert_eq!(unquote_twice(json.as_bytes()), None, "{json}");
        }
    }

    proptest! {
        #[test]
        fn what_it_reads_serde_json_reads_the_same(text in any::<String>(), json in "\"\\\\\"[a\\\\\"n]{0,12}\"") {
            if let Some((read, rest)) = unquote_twice(twice(&text).as_bytes()) {
                prop_assert_eq!((read, rest), (text.clone(), &b""[..]));
            } else {
                prop_assert!(text.chars().any(char::is_control), "{}", text);
            }
            if let Some((read, [])) = unquote_twice(json.as_bytes()) {
                let once: String = serde_json::from_str(&json).unwrap();
                prop_assert_eq!(serde_json::from_str::<String>(&once).unwrap(), read);
            }
        }
    }
}
