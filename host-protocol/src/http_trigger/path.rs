//! Paths as the host's web server reads them.

use crate::invocation;
use crate::uri::triplet;
use percent_encoding::{AsciiSet, percent_encode};

/// The characters that ASP.NET escapes in a path: fewer than in a query.
const ESCAPED: &AsciiSet =
    &invocation::ESCAPED_IN_QUERY.remove(b'&').remove(b'\'').remove(b'+').remove(b'=').remove(b':');

/// The path of a request, with its dot segments resolved.
///
/// Percent-encoding is decoded before dot segments are resolved, except for `%2F`, which never becomes a slash:
/// `/mcp/%2e%2e/Hello` is `/Hello`, and `/mcp/..%2fHello` stays as it is (ground-truth.md §6). A backslash is a character like others
/// here, and a slash when the path is [rebuilt](RequestPath::rebuilt).
///
/// ```
/// use host_protocol::http_trigger::RequestPath;
///
/// assert_eq!(RequestPath::parse("/mcp/%2e%2e/Hello").to_string(), "/Hello");
/// assert_eq!(RequestPath::parse("/mcp/..%2fHello//").to_string(), "/mcp/..%2fHello//");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestPath {
    /// Decoded, apart from `%2F`.
    segments: Vec<String>,
}

impl RequestPath {
    /// Reads a path as it stands in the request line.
    pub fn parse(path: &str) -> Self {
        RequestPath { segments: resolved(path.strip_prefix('/').unwrap_or(path).split('/').map(decode)) }
    }

    /// The path that a handler gets from a host that forwards requests (`enableForwardingHttpRequest`). The host puts the decoded path
    /// into an address, which .NET's `Uri` reads: `\` is a slash (recorded: ground-truth.md §12), the path ends before `?` and `#`,
    /// and dot segments are resolved once more, also with `%2e` (from the sources of both).
    ///
    /// ```
    /// use host_protocol::http_trigger::RequestPath;
    ///
    /// let path = RequestPath::parse("/.well-known/..%5cHello");
    /// assert_eq!((path.to_string().as_str(), path.rebuilt().to_string().as_str()), ("/.well-known/..%5CHello", "/Hello"));
    /// ```
    #[must_use]
    pub fn rebuilt(&self) -> Self {
        let text = self.segments.join("/").replace('\\', "/");
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let undotted = |segment: &str| {
            let dots = segment.to_ascii_lowercase().replace("%2e", ".");
            if matches!(dots.as_str(), "." | "..") { dots } else { segment.to_owned() }
        };
        RequestPath { segments: resolved(path.split('/').map(undotted)) }
    }

    /// The segments between slashes, decoded except for `%2F`. The last one is empty if the path ends with a slash.
    pub fn segments(&self) -> &[String] {
        &self.segments
    }

    /// Whether the first segment is this one in any case.
    pub fn starts_with(&self, segment: &str) -> bool {
        self.segments.first().is_some_and(|first| first.eq_ignore_ascii_case(segment))
    }
}

/// Writes the path as the host forwards it to a handler, escaped where necessary.
impl std::fmt::Display for RequestPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.segments.is_empty() {
            return f.write_str("/");
        }
        for segment in &self.segments {
            f.write_str("/")?;
            let mut rest = segment.as_str();
            // What is percent-encoded is not encoded again.
            while let Some(at) = rest.find('%') {
                let (before, escape) = rest.split_at(at);
                write!(f, "{}", percent_encode(before.as_bytes(), ESCAPED))?;
                let is_escape = triplet(escape.as_bytes()).is_some();
                f.write_str(if is_escape { "%" } else { "%25" })?;
                rest = &escape[1..];
            }
            write!(f, "{}", percent_encode(rest.as_bytes(), ESCAPED))?;
        }
        Ok(())
    }
}

/// The segments of a path, with dot segments resolved.
fn resolved(parts: impl Iterator<Item = String>) -> Vec<String> {
    let mut segments = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let is_dots = matches!(part.as_str(), "." | "..");
        if part == ".." {
            segments.pop();
        }
        if !is_dots {
            segments.push(part);
        } else if parts.peek().is_none() {
            segments.push(String::new());
        }
    }
    segments
}

/// Decodes a segment, except for `%2F` and bytes that are not UTF-8: they stay encoded, and the characters around them do not, as in
/// the sources of ASP.NET's `UrlDecoder`.
fn decode(segment: &str) -> String {
    let mut text = String::with_capacity(segment.len());
    let mut rest = segment;
    while let Some(at) = rest.find('%') {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        // Escapes that follow one another may be one character.
        let escape = |text: &[u8]| triplet(text).filter(|byte| *byte != b'/');
        let bytes: Vec<u8> = rest.as_bytes().chunks(3).map_while(escape).collect();
        let (escapes, after) = rest.split_at(if bytes.is_empty() { 1 } else { 3 * bytes.len() });
        let mut encoded = escapes;
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            let invalid = &encoded[3 * chunk.valid().len()..];
            let end = 3 * chunk.invalid().len();
            text.push_str(&invalid[..end]);
            encoded = &invalid[end..];
        }
        text.push_str(encoded);
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dots_are_resolved_and_the_rest_stays() {
        for (path, expected) in [
            ("/", "/"),
            ("", "/"),
            ("/mcp", "/mcp"),
            ("/MCP/", "/MCP/"),
            ("/a//b", "/a//b"),
            ("/a/./b/../c", "/a/c"),
            ("/a/%2e/b/%2E%2e/c", "/a/c"),
            ("/../..", "/"),
            ("/a/..", "/"),
            ("/a/b/.", "/a/b/"),
            ("/mcp/..%2fHelloTool", "/mcp/..%2fHelloTool"),
            ("/mcp/..%2FHelloTool", "/mcp/..%2FHelloTool"),
            ("/mcp/...", "/mcp/..."),
            ("/a%20b/%c3%a9", "/a%20b/%C3%A9"),
            ("/%41%2541", "/A%41"),
            ("/a%b/%ff", "/a%25b/%ff"),
            ("/`%ff%60%C3%a9%c3", "/%60%ff%60%C3%A9%c3"),
            ("/mcp/..%5cHelloTool", "/mcp/..%5CHelloTool"),
            ("/a%3Fb%23c", "/a%3Fb%23c"),
        ] {
            assert_eq!(RequestPath::parse(path).to_string(), expected, "{path}");
        }
    }

    #[test]
    fn what_is_rebuilt_has_no_backslash_left() {
        for (path, expected) in [
            ("/mcp", "/mcp"),
            ("/mcp/", "/mcp/"),
            ("/a//b", "/a//b"),
            ("/mcp/..%2fHello", "/mcp/..%2fHello"),
            ("/mcp/..%5cHello", "/Hello"),
            ("/mcp/..\\Hello", "/Hello"),
            ("/mcp%5C..%5CHello", "/Hello"),
            ("/mcp/a%5cb", "/mcp/a/b"),
            ("/mcp/%5c..", "/mcp/"),
            ("/mcp/%252e%252e/Hello", "/Hello"),
            ("/mcp/..%255cHello", "/mcp/..%5cHello"),
            ("/a%20b%3Fc/d", "/a%20b"),
            ("/a/..%23b", "/"),
            ("/..%5c..%5cHello", "/Hello"),
            ("/mcp/%ff%5c..%5c..%5cHello", "/Hello"),
        ] {
            assert_eq!(RequestPath::parse(path).rebuilt().to_string(), expected, "{path}");
        }
    }

    proptest! {
        /// What goes on to a handler has no dots left to resolve, in whatever spelling, and no second reading.
        #[test]
        fn what_is_written_has_no_dots(path in "(/([a.`]|%2e|%2E|%2f|%25|%5c|%ff|%c3|é){0,4}){0,5}") {
            let written = RequestPath::parse(&path).to_string();
            prop_assert!(written.is_ascii());
            for segment in written.split('/') {
                let dots = segment.to_ascii_lowercase().replace("%2e", ".");
                prop_assert!(dots != "." && dots != "..", "{} -> {}", path, written);
            }
        }
    }
}
