//! Clients that dawdle: sending the head of a request, its body, or reading what they asked for.

use crate::{ENDPOINT, Function, blocking, call, ping, serve};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};
use tests::http::Connection;
use tests::sse::{SSE, Stream};

/// How patient the servers are.
const PATIENCE: Duration = Duration::from_millis(600);
/// Much less than that.
const MOMENT: Duration = Duration::from_millis(60);

const HEAD: &str =
    "POST /runtime/webhooks/mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: */*\r\n";

async fn impatient() -> SocketAddr {
    serve(Function::new(0).host().receive_timeout(PATIENCE)).await
}

/// Sends pieces one after the other until the other side has enough, and tells how long that took.
fn dribble<'a>(connection: &mut Connection, pieces: impl IntoIterator<Item = &'a [u8]>) -> Duration {
    let start = Instant::now();
    for piece in pieces {
        if connection.send_bytes(piece).is_err() {
            break;
        }
        sleep(MOMENT);
        assert!(start.elapsed() < Duration::from_secs(10), "the server waits for ever");
    }
    start.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_has_to_come_in_time() {
    let server = impatient().await;
    blocking(move || {
        let mut slow: Vec<_> = (0..50).map(|_| Connection::open(server).unwrap()).collect();
        for connection in &mut slow {
            connection.send_bytes(HEAD.as_bytes()).unwrap();
        }
        ping(server);
        let endless = std::iter::once("X-Endless: ").chain(std::iter::repeat("a")).map(str::as_bytes);
        assert!(dribble(&mut slow[0], endless) >= PATIENCE);
        for connection in &mut slow {
            assert!(connection.receive().is_err(), "it is closed without an answer");
        }
        ping(server);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_may_pause_but_not_for_long() {
    let server = impatient().await;
    blocking(move || {
        let stream = Stream::open(server, SSE, &[]).unwrap();
        let starts =
            [("Content-Length: 9", "{"), ("Content-Length: 9", ""), ("Transfer-Encoding: chunked", "1\r\n{\r\n")];
        let begin = Instant::now();
        let mut slow = Vec::new();
        for path in [ENDPOINT, &stream.path()] {
            let head = HEAD.replace(ENDPOINT, path);
            for (framing, start) in starts {
                let mut connection = Connection::open(server).unwrap();
                connection.send_bytes(format!("{head}{framing}\r\n\r\n{start}").as_bytes()).unwrap();
                slow.push(connection);
            }
        }
        for connection in &mut slow {
            let refused = connection.receive().unwrap();
            assert_eq!((refused.status, refused.headers.get("Connection")), (408, Some("close")));
            assert!(begin.elapsed() >= PATIENCE);
            assert_eq!(connection.receive().unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        }
        ping(server);
    })
    .await;
}

/// The limit is one of pauses: a body may take longer than that in all.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_goes_on_is_waited_for() {
    let server = impatient().await;
    blocking(move || {
        let mut connection = Connection::open(server).unwrap();
        let body = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
        connection.send_bytes(format!("{HEAD}Content-Length: {}\r\n\r\n", body.len()).as_bytes()).unwrap();
        assert!(dribble(&mut connection, body.as_bytes().chunks(2)) > 2 * PATIENCE);
        assert_eq!(connection.receive().unwrap().status, 200);
    })
    .await;
}

/// A stream says nothing for longer than a head may take.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_may_be_silent() {
    let server = impatient().await;
    blocking(move || {
        let mut stream = Stream::open(server, SSE, &[]).unwrap();
        sleep(2 * PATIENCE);
        assert_eq!(stream.post(r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#).status, 202);
        assert!(stream.event().unwrap().is_some());
    })
    .await;
}

/// A client that posts calls and does not read the answers is not taken more calls of than have room; then it may go on.
#[tokio::test(flavor = "multi_thread")]
async fn answers_that_nobody_reads_do_not_pile_up() {
    let function = Function::answering(1_000_000, &"a".repeat(50_000));
    let server = serve(function.host()).await;
    let worked = Arc::clone(&function);
    blocking(move || {
        let mut stream = Stream::open(server, SSE, &[]).unwrap();
        let mut accepted = 0;
        let refused = loop {
            let response = stream.post(&call("1"));
            if response.status != 202 {
                break response;
            }
            accepted += 1;
            assert!(accepted < 2_000, "it takes all");
        };
        assert_eq!(refused.status, 429);
        assert!(refused.body.contains("128 calls"), "{}", refused.body);
        tests::say(&format!("{accepted} calls accepted, of which 128 wait; the rest are in buffers of the connection"));
        ping(server);
        for _ in 0..accepted {
            assert!(stream.event().unwrap().unwrap().len() > 50_000);
        }
        assert_eq!(worked.started(), accepted);
        assert_eq!(stream.post(&call("2")).status, 202);
        assert!(stream.event().unwrap().unwrap().contains("\"id\":2"));
    })
    .await;
}
