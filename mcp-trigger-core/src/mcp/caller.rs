//! The caller of a function: headers, session and client, as a function sees them.

use host_protocol::invocation::{Caller, ClientInfo, Headers, Transport};
use hyper::header::{HeaderMap, HeaderName};

/// The header with the id of a session: `Mcp-Session-Id`.
pub const SESSION_ID: HeaderName = HeaderName::from_static("mcp-session-id");

/// Makes the [`Caller`] that a function sees, for a request of the streamable HTTP transport. The id of the session is `None` if
/// the header is missing or empty.
pub fn caller(headers: &HeaderMap, client_info: Option<ClientInfo>) -> Caller {
    let session_id = Some(all_values(headers, &SESSION_ID)).filter(|id| !id.is_empty());
    let headers = self::headers(headers);
    let transport = Transport::new("http-streamable", session_id.clone(), headers);
    Caller::new(session_id, client_info, transport)
}

/// All headers of a request. Names that begin with `x-` are in lower case, others in the spelling of [`spelled`]: hyper does not
/// keep the client's spelling.
pub fn headers(headers: &HeaderMap) -> Headers {
    headers.keys().map(|name| (spelled(name), all_values(headers, name))).collect()
}

/// All values of a header, joined with a comma and no blank. Empty if the header is missing.
pub fn all_values(headers: &HeaderMap, name: &HeaderName) -> String {
    let values: Vec<_> = headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    values.join(",")
}

/// The name of a header in its usual spelling, such as `Content-Type`. Names that begin with `x-` stay in lower case.
pub fn spelled(name: &HeaderName) -> String {
    let name = name.as_str();
    if name.starts_with("x-") {
        return name.to_owned();
    }
    let words: Vec<String> = name.split('-').map(capitalized).collect();
    words.join("-")
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_headers_are_spelled_as_usual() {
        let spelled = |name: &str| spelled(&HeaderName::try_from(name).unwrap());
        assert_eq!(spelled("content-type"), "Content-Type");
        assert_eq!(spelled("x-functions-key"), "x-functions-key");
        assert_eq!(spelled("a--b-"), "A--B-");
    }
}
