//! Bodies that are too much.

use crate::{ENDPOINT, Function, blocking, call, ping, serve};
use std::net::SocketAddr;
use tests::http::Connection;
use tests::sse::{SSE, Stream, post};

const LIMIT: usize = 10_000;

/// What comes back for the start of a request: its framing, and the first bytes of its body.
fn status(server: SocketAddr, path: &str, framing: &str, body: &str) -> u16 {
    let mut connection = Connection::open(server).unwrap();
    let head = "Host: localhost\r\nContent-Type: application/json\r\nAccept: */*";
    connection.send_bytes(format!("POST {path} HTTP/1.1\r\n{head}\r\n{framing}\r\n\r\n{body}").as_bytes()).unwrap();
    connection.receive().unwrap().status
}

#[tokio::test(flavor = "multi_thread")]
async fn those_over_the_limit_are_refused() {
    let function = Function::new(100);
    let server = serve(function.host().body_limit(LIMIT)).await;
    blocking(move || {
        let stream = Stream::open(server, SSE, &[]).unwrap();
        for path in [ENDPOINT, &stream.path()] {
            let length = |length: usize| format!("Content-Length: {length}");
            // The body need not come: its length says enough.
            assert_eq!(status(server, path, &length(LIMIT + 1), ""), 413);
            assert_eq!(status(server, path, &length(usize::MAX / 2), ""), 413);
            let chunk = |length: usize| format!("{length:x}\r\n{}\r\n", " ".repeat(length));
            let chunks = chunk(LIMIT / 2) + &chunk(LIMIT / 2) + &chunk(1);
            assert_eq!(status(server, path, "Transfer-Encoding: chunked", &chunks), 413);

            let padded = |length: usize| format!("{:length$}", call("1"));
            let taken = if path == ENDPOINT { 200 } else { 202 };
            assert_eq!(status(server, path, &length(LIMIT), &padded(LIMIT)), taken);
            let chunked = format!("{:x}\r\n{}\r\n0\r\n\r\n", LIMIT, padded(LIMIT));
            assert_eq!(status(server, path, "Transfer-Encoding: chunked", &chunked), taken);
        }
        ping(server);
    })
    .await;
}

/// .NET reads 64 levels (recordings/endpoint.jsonl, "deep nesting 60", "deep nesting 200").
#[tokio::test(flavor = "multi_thread")]
async fn nesting_without_end_is_refused() {
    let function = Function::new(100);
    let server = serve(function.host()).await;
    blocking(move || {
        let stream = Stream::open(server, SSE, &[]).unwrap();
        let (open, close) = ("[".repeat(10_000), "]".repeat(10_000));
        let objects = r#"{"a":"#.repeat(10_000) + "1" + &"}".repeat(10_000);
        let params = |params: &str| format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{params}}}"#);
        let arguments = |x: &str| params(&format!(r#"{{"name":"work","arguments":{{"x":{x}}}}}"#));
        let deep = format!("{open}{close}");
        for body in [&deep, &open, &objects, &arguments(&deep), &arguments(&open), &arguments(&objects), &params(&deep)]
        {
            for path in [ENDPOINT, &stream.path()] {
                let refused = post(server, path, body);
                assert_eq!((refused.status, refused.body.as_str()), (500, ""), "{}", &body[..60]);
            }
        }
        let (open, close) = ("[".repeat(60), "]".repeat(60));
        assert_eq!(post(server, ENDPOINT, &arguments(&format!("{open}{close}"))).status, 200);
        let text = format!("\"{}\"", "[{".repeat(10_000));
        assert_eq!(post(server, ENDPOINT, &arguments(&text)).status, 200, "brackets in a text are none");
    })
    .await;
}
