//! Requests in requests: where one ends is told in two ways, or in none that is valid.

use super::heads::looks_like_the_host;
use super::{attack, hosts, invocations, request};
use crate::behind::Behind;
use std::time::Duration;

/// Two requests on one connection, of which the second is for a function, hidden in the body of the first.
fn hidden(behind: &Behind) -> Vec<Vec<u8>> {
    let own = behind.handler.address.to_string();
    let (function, body) = &invocations()[0];
    let inner = request("POST", &format!("/{function}"), &looks_like_the_host(&own), body);
    let inner = String::from_utf8(inner).unwrap();
    let length = inner.len();
    let with = |framing: &str, body: &str| {
        format!("POST /mcp HTTP/1.1\r\nHost: {own}\r\nContent-Type: application/json\r\n{framing}\r\n{body}")
            .into_bytes()
    };
    let end = format!("0\r\n\r\n{inner}");
    let chunk = format!("{length:x}\r\n{inner}\r\n0\r\n\r\n");
    vec![
        with(&format!("Content-Length: {}\r\nTransfer-Encoding: chunked\r\n", end.len()), &end),
        with(&format!("Transfer-Encoding: chunked\r\nContent-Length: {}\r\n", end.len()), &end),
        with("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", &chunk),
        with("Transfer-Encoding: identity, chunked\r\n", &end),
        with(&format!("Transfer-Encoding: chunked, identity\r\nContent-Length: {}\r\n", end.len()), &end),
        with(&format!("Transfer-Encoding: xchunked\r\nContent-Length: {}\r\n", end.len()), &end),
        with(&format!("Transfer-Encoding:\x0bchunked\r\nContent-Length: {}\r\n", end.len()), &end),
        with(&format!("Transfer-Encoding : chunked\r\nContent-Length: {}\r\n", end.len()), &end),
        with(&format!("Content-Length: 0\r\nContent-Length: {length}\r\n"), &inner),
        with(&format!("Content-Length: {length}\r\nContent-Length: 0\r\n"), &inner),
        with(&format!("Content-Length: 0, {length}\r\n"), &inner),
        with("Content-Length: 0\r\n", &inner),
        with("Content-Length: +0\r\n", &inner),
        with("Content-Length: -1\r\n", &inner),
        with("", &inner),
        with("X: y\r\n\r", &inner),
        with("X: y\n\n", &inner),
        with(&format!("Content-Length: {length}\r\nExpect: 100-continue\r\n"), &inner),
        with("Transfer-Encoding: chunked\r\n", &format!("0;x={inner}\r\n\r\n")),
        with("Transfer-Encoding: chunked\r\n", &format!("0\r\n{inner}\r\n")),
        with("Transfer-Encoding: chunked\r\n", &format!("ffffffffffffffff1\r\n{inner}")),
        format!("GET /mcp HTTP/1.0\r\nHost: {own}\r\n\r\n{inner}").into_bytes(),
        format!("GET /mcp\r\n\r\n{inner}").into_bytes(),
        format!("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{inner}").into_bytes(),
    ]
}

#[test]
fn no_request_is_hidden_in_another() {
    // Some have no end, so that no answer comes. A function that ran would be counted all the same.
    let patience = Duration::from_millis(300);
    for behind in hosts() {
        attack(&behind, &hidden(&behind), patience);
    }
}
