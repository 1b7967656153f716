//! Events of an event stream (`text/event-stream`), for both endpoints.

use memchr::memchr2;

/// Writes a message, JSON text, as an event of a stream: `event: message`, and one line of `data:`.
///
/// The message may hold text of the client unchanged, such as an id or a token, so line breaks are removed. CR and LF become
/// blanks: valid JSON has neither inside of strings. U+0085, U+2028 and U+2029 are escaped, because some clients, such as those
/// that use Python's `splitlines`, break lines there. The specification of event streams breaks lines at CR and LF only.
pub fn event(json: &str) -> String {
    const START: &str = "event: message\ndata: ";
    const END: &str = "\n\n";
    let mut event = String::with_capacity(START.len() + json.len() + END.len());
    event.push_str(START);
    push_line(&mut event, json);
    event.push_str(END);
    event
}

fn push_line(event: &mut String, json: &str) {
    let bytes = json.as_bytes();
    // 0xc2 and 0xe2 are the first bytes of U+0085, U+2028 and U+2029: hardly any message has one.
    if memchr2(b'\n', b'\r', bytes).is_none() && memchr2(0xc2, 0xe2, bytes).is_none() {
        event.push_str(json);
        return;
    }
    let mut rest = json;
    while let Some(at) = rest.find(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        let (plain, following) = rest.split_at(at);
        event.push_str(plain);
        let mut following = following.chars();
        event.push_str(match following.next() {
            Some('\u{85}') => "\\u0085",
            Some('\u{2028}') => "\\u2028",
            Some('\u{2029}') => "\\u2029",
            _ => " ",
        });
        rest = following.as_str();
    }
    event.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn an_event_is_one_line_and_the_same_json() {
        for json in [
            r#"{"a":"é – °","b":[1,2]}"#,
            "{\"a\"\n:\r\n[1,\r2]\n}",
            "{\"a\":\"x\u{85}y\u{2028}z\u{2029}\"}",
            "{\"a\":\"\\n\\u2028\",\"\u{2028}\"\n:null}",
        ] {
            let event = event(json);
            let data = event.strip_prefix("event: message\ndata: ").and_then(|rest| rest.strip_suffix("\n\n")).unwrap();
            assert!(!data.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']), "{data}");
            let read = |json| serde_json::from_str::<Value>(json).unwrap();
            assert_eq!(read(data), read(json));
        }
        assert_eq!(event("{}"), "event: message\ndata: {}\n\n");
    }
}
