//! JSON in a string in a string, as the host sends it: every other byte is part of an escape.

use memchr::{memchr, memmem};

/// The text in a JSON string. `None` if the JSON is not a string.
pub(crate) fn unquote(json: &str) -> Option<String> {
    if json.starts_with('"') { serde_json::from_str(json).ok() } else { None }
}

/// The text in a JSON string in the JSON string at the start of `json`, and the rest behind it. `None` if `json` does not start so,
/// or the strings have other escapes than quotes and backslashes.
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

/// A string in a string whose beginning was read.
pub(crate) struct Begun<'a> {
    /// The JSON text of the object up to its first member that is an object, with that member.
    pub(crate) beginning: String,
    /// Whether the object has no further members.
    pub(crate) is_all: bool,
    /// The string in the string.
    pub(crate) whole: &'a [u8],
    /// The text that follows.
    pub(crate) rest: &'a [u8],
}

/// Reads the object in such a string up to the end of its first member that is an object.
pub(crate) fn begin_unquoting_twice(json: &[u8]) -> Option<Begun<'_>> {
    let content = json.strip_prefix(br#""\""#)?;
    // A quote inside has a backslash before it, so two next to each other are the end of both strings.
    let end = memmem::find(content, br#""""#)?;
    let (whole, rest) = json.split_at(end + 5);
    let mut text = Vec::with_capacity(512.min(end + 1));
    let mut encoded = content[..end].strip_suffix(b"\\")?;
    let (mut depth, mut in_string, mut is_escaped) = (0u32, false, false);
    'text: loop {
        let run = memchr(b'\\', encoded).unwrap_or(encoded.len());
        if !in_string {
            for (at, byte) in encoded[..run].iter().enumerate() {
                depth = match byte {
                    b'{' => depth + 1,
                    b'}' => depth.checked_sub(1)?,
                    _ => continue,
                };
                if *byte == b'}' && depth == 1 {
                    text.extend_from_slice(&encoded[..=at]);
                    encoded = &encoded[at + 1..];
                    break 'text;
                }
            }
        }
        text.extend_from_slice(&encoded[..run]);
        is_escaped &= run == 0;
        let (byte, after) = match &encoded[run..] {
            [] => {
                encoded = &[];
                break;
            }
            [b'\\', b'\\', b'\\', byte @ (b'"' | b'\\'), after @ ..] => (*byte, after),
            _ => return None,
        };
        if byte == b'"' && !is_escaped {
            in_string = !in_string;
        }
        is_escaped = byte == b'\\' && !is_escaped;
        text.push(byte);
        encoded = after;
    }
    let is_all = encoded.is_empty() || encoded == b"}";
    if !encoded.is_empty() {
        text.push(b'}');
    }
    Some(Begun { beginning: String::from_utf8(text).ok()?, is_all, whole, rest })
}

/// For each byte, whether it has a special meaning in a JSON string.
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

    #[test]
    fn an_object_is_read_up_to_its_first_object() {
        let begun = |text: &str| {
            let json = twice(text) + "},";
            begin_unquoting_twice(json.as_bytes()).map(|begun| {
                assert_eq!((begun.whole, begun.rest), (twice(text).as_bytes(), &b"},"[..]));
                (begun.beginning, begun.is_all)
            })
        };
        let whole = |text: &str| Some((text.to_owned(), true));
        assert_eq!(begun(r#"{"a":"}","b":{"c":"{}"},"d":1}"#), Some((r#"{"a":"}","b":{"c":"{}"}}"#.to_owned(), false)));
        assert_eq!(begun(r#"{"a":"\"}","b":{"c":{}}}"#), whole(r#"{"a":"\"}","b":{"c":{}}}"#));
        assert_eq!(begun(r#"{"a":[1,2]}"#), whole(r#"{"a":[1,2]}"#));
        assert_eq!(begun(""), whole(""));
        assert_eq!(begun("}"), None);
        assert!(begin_unquoting_twice(br#"""{"a":1}"#).is_none(), "without an end");
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
