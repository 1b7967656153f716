//! Clients that leave in the middle of a call: the function runs to its end (ground-truth.md §2, "client gone"), and the server
//! goes on.

use crate::{ENDPOINT, Function, blocking, call, ping, serve, wait_until};
use tests::http::Connection;
use tests::recording::Headers;
use tests::sse::{SSE, Stream};

#[tokio::test(flavor = "multi_thread")]
async fn in_a_call_over_streamable_http() {
    let function = Function::new(0);
    let server = serve(function.host()).await;
    blocking(move || {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let headers = [("Host", "localhost"), ("Accept", "*/*"), ("Content-Type", "application/json")];
        let headers = Headers(headers.map(|(name, value)| header(name, value)).to_vec());
        let mut connections: Vec<_> = (0..20).map(|_| Connection::open(server).unwrap()).collect();
        for connection in &mut connections {
            connection.send("POST", ENDPOINT, &headers, call("1").as_bytes()).unwrap();
        }
        wait_until("the calls", || function.started() == 20);
        drop(connections);
        ping(server);
        function.may_end.add_permits(20);
        wait_until("their ends", || function.ended.available_permits() == 20);
        ping(server);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_call_over_sse() {
    let function = Function::new(0);
    let server = serve(function.host()).await;
    blocking(move || {
        let streams: Vec<_> = (0..20).map(|_| Stream::open(server, SSE, &[]).unwrap()).collect();
        for stream in &streams {
            assert_eq!(stream.post(&call("1")).status, 202);
        }
        wait_until("the calls", || function.started() == 20);
        drop(streams);
        ping(server);
        function.may_end.add_permits(20);
        wait_until("their ends", || function.ended.available_permits() == 20);
        let mut stream = Stream::open(server, SSE, &[]).unwrap();
        function.may_end.add_permits(1);
        stream.post(&call("2"));
        assert!(stream.event().unwrap().unwrap().contains("\"id\":2"));
    })
    .await;
}
