//! Events of an event stream (`text/event-stream`), for both endpoints.

use memchr::memchr2;
use std::borrow::Cow;

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
    event.push_str(&one_line(json));
    event.push_str(END);
    event
}

/// The messages in events that [`event`] wrote. Comments, and events without a message, are left out.
pub fn messages(events: &[u8]) -> impl Iterator<Item = &[u8]> {
    let data = events.split(|byte| *byte == b'\n').filter_map(|line| line.strip_prefix(b"data: "));
    data.filter(|message| !message.is_empty())
}

/// Writes a message, JSON text, on one line, as [`event`] does.
pub fn one_line(json: &str) -> Cow<'_, str> {
    let bytes = json.as_bytes();
    // 0xc2 and 0xe2 are the first bytes of U+0085, U+2028 and U+2029: hardly any message has one.
    if memchr2(b'\n', b'\r', bytes).is_none() && memchr2(0xc2, 0xe2, bytes).is_none() {
        return Cow::Borrowed(json);
    }
    let mut line = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        let (plain, following) = rest.split_at(at);
        line.push_str(plain);
        let mut following = following.chars();
        line.push_str(match following.next() {
            Some('\u{85}') => "\\u0085",
            Some('\u{2028}') => "\\u2028",
            Some('\u{2029}') => "\\u2029",
            _ => " ",
        });
        rest = following.as_str();
    }
    line.push_str(rest);
    Cow::Owned(line)
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

    #[test]
    fn messages_come_back_from_their_events() {
        let events = [event("{\"a\":1}"), ":\n\n".to_owned(), "id: 1\ndata: \n\n".to_owned(), event("[2]")].concat();
        let read: Vec<_> = messages(events.as_bytes()).map(|message| std::str::from_utf8(message).unwrap()).collect();
        assert_eq!(read, ["{\"a\":1}", "[2]"]);
    }
}
