//! Session ids that are signed.

use crate::{ENDPOINT, Function, blocking, serve};
use std::net::SocketAddr;
use tests::http::exchange;
use tests::recording::{Headers, Response};
use tests::sse::{SSE, Stream, post};

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
const INITIALIZE: &str = r#"{"jsonrpc":"2.0","id":1,"method":"initialize"}"#;

fn streamable(server: SocketAddr, session: Option<&str>, message: &str) -> Response {
    let header = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let headers = [("Host", "localhost"), ("Accept", "*/*"), ("Content-Type", "application/json")];
    let headers = headers.into_iter().chain(session.map(|session| ("Mcp-Session-Id", session))).map(header);
    exchange(server, "POST", ENDPOINT, &Headers(headers.collect()), message.as_bytes())
}

/// A token with one character changed.
fn altered(token: &str) -> String {
    let last = if token.starts_with('A') { "B" } else { "A" };
    last.to_owned() + &token[1..]
}

#[tokio::test(flavor = "multi_thread")]
async fn only_ids_of_our_own_are_taken() {
    let server = serve(Function::new(0).host().signed_session_ids([7; 32])).await;
    let other = serve(Function::new(0).host().signed_session_ids([8; 32])).await;
    let restarted = serve(Function::new(0).host().signed_session_ids([7; 32])).await;
    blocking(move || {
        let initialized = streamable(server, None, INITIALIZE);
        let token = initialized.headers.get("Mcp-Session-Id").unwrap();
        assert!(token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{token}");
        assert_eq!(streamable(server, Some(token), PING).status, 200);
        assert_eq!(streamable(restarted, Some(token), PING).status, 200, "sessions outlive the server with its key");
        for forged in [altered(token).as_str(), "abc|def", "x", &token[..token.len() - 1]] {
            let refused = streamable(server, Some(forged), PING);
            assert_eq!((refused.status, refused.body.as_str()), (500, ""), "{forged}");
        }
        assert_eq!(streamable(other, Some(token), PING).status, 500);

        let mut stream = Stream::open(server, SSE, &[]).unwrap();
        let token = stream.address.strip_prefix("message?azmcpcs=").unwrap().to_owned();
        let message = |token: &str| post(server, &format!("{ENDPOINT}/message?azmcpcs={token}"), PING);
        assert_eq!(message(&token).status, 202);
        assert!(stream.event().unwrap().unwrap().contains("\"id\":1"));
        for forged in [altered(&token).as_str(), "abc|def", ""] {
            let refused = message(forged);
            assert_eq!((refused.status, refused.body.as_str()), (500, ""), "{forged}");
        }
        let missing = post(server, &format!("{ENDPOINT}/message"), PING);
        assert!(missing.status == 400 && missing.body.starts_with("\"Missing service context."), "{}", missing.body);
    })
    .await;
}
