//! `enableForwardingHttpRequest`: ground-truth.md §6.

use super::handler::{start, start_without_handler};
use super::{Site, function, with_free_parameters, with_host};
use local_host::Forwarding;
use serde_json::Value;
use std::time::Duration;
use tests::http::Connection;
use tests::recording::Response;

fn site() -> (Site, super::handler::Handler) {
    start(with_free_parameters(), Forwarding::Buffered, "")
}

fn told(response: &Response) -> Value {
    serde_json::from_str(&response.body).unwrap_or_else(|_| panic!("{response:?}"))
}

/// The values of a header that the handler saw.
fn seen<'a>(told: &'a Value, name: &str) -> Vec<&'a str> {
    let headers = told["headers"].as_array().unwrap().iter();
    headers.filter(|header| header[0] == name).map(|header| header[1].as_str().unwrap()).collect()
}

#[test]
fn recorded_paths_arrive_as_recorded() {
    let (site, _handler) = site();
    for path in [
        "/mcp",
        "/mcp/x",
        "/MCP",
        "/mcp/",
        "/mcp//x",
        "/mcp/..%2fHelloTool",
        "/mcp/a%20b/%2F",
        "/.well-known/oauth-protected-resource/mcp",
    ] {
        let response = site.request("POST", path, &[], b"x");
        assert_eq!((response.status, response.headers.get("X-Target")), (200, Some(path)), "{path}");
    }
    // ground-truth.md §12: the host decodes `%5c`, and .NET takes a backslash for a slash.
    for (path, arrives) in [
        ("/mcp/a/./b/../c", "/mcp/a/c"),
        ("/.well-known/..%5cHelloTool", "/HelloTool"),
        ("/.well-known/..\\HelloTool", "/HelloTool"),
        ("/mcp%5c..%5cHelloTool", "/mcp%5C..%5CHelloTool"),
        ("/mcp/a%5Cb", "/mcp/a/b"),
    ] {
        let found = site.request("POST", path, &[], b"x");
        let expected = (!arrives.contains('%')).then_some(arrives);
        assert_eq!(found.headers.get("X-Target"), expected, "{path}");
    }
    for path in [
        "/HelloTool",
        "/hellotool",
        "/mcpx",
        "/mcp/../HelloTool",
        "/mcp/%2e%2e/HelloTool",
        "/mcp/.%2E/HelloTool",
        "/",
        "/admin/mcp",
        "/runtime/x",
        "/ADMIN/x",
    ] {
        assert_eq!(site.status("POST", path, &[]), 404, "{path}");
    }
}

/// Even a route for everything leaves the host its own.
#[test]
fn the_host_keeps_its_own_paths() {
    let (site, _handler) =
        start(vec![function("All", r#""authLevel":"anonymous","route":"{*route}""#)], Forwarding::Buffered, "");
    assert_eq!(site.status("GET", "/x/y", &[]), 200);
    assert_eq!(site.request("GET", "/", &[], b"").headers.get("X-Target"), None);
    for path in ["/admin", "/admin/x", "/runtime/x", "/x/../admin/y", "/%61dmin/x"] {
        assert_eq!(site.status("POST", path, &[]), 404, "{path}");
    }
}

#[test]
fn queries_are_written_anew() {
    let (site, _handler) = site();
    for (query, target) in [
        ("?x=1&x=2", "/mcp?x=1,2"),
        ("?a", "/mcp?a="),
        ("?x=a+b", "/mcp?x=a%20b"),
        ("?k=1&K=2", "/mcp?k=1,2"),
        ("?", "/mcp"),
    ] {
        let response = site.request("GET", &format!("/mcp{query}"), &[], b"");
        assert_eq!(response.headers.get("X-Target"), Some(target), "{query}");
    }
}

#[test]
fn all_methods_arrive_but_unknown_ones() {
    let (site, _handler) = site();
    for method in ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"] {
        let response = site.request(method, "/mcp", &[], b"");
        assert_eq!(told(&response)["method"], method);
    }
    assert_eq!(site.status("PROPFIND", "/mcp", &[]), 400);
}

#[test]
fn the_answer_to_head_says_how_long_it_would_be() {
    let (site, _handler) = site();
    let mut connection = Connection::open(site.address).unwrap();
    connection.send("HEAD", "/mcp/special", &with_host(&[]), b"").unwrap();
    let head = connection.head().unwrap();
    assert_eq!((head.status, head.headers.get("Content-Length")), (418, Some("5")));
    connection.send("GET", "/mcp/special", &with_host(&[]), b"").unwrap();
    assert_eq!(connection.receive().unwrap().body, "short", "the connection goes on");
}

#[test]
fn headers_go_through_and_some_are_added() {
    let (site, _handler) = site();
    let through = [
        ("Authorization", "Bearer x"),
        ("Cookie", "a=b"),
        ("x-functions-key", "k"),
        ("X-Forwarded-For", "1.2.3.4"),
        ("X-MS-CLIENT-PRINCIPAL", "forged"),
        ("Mcp-Session-Id", "s"),
        ("Content-Type", "application/json"),
    ];
    let mut headers = through.to_vec();
    headers.extend([("User-Agent", "curl/8"), ("X-Two", "a"), ("X-Two", "b"), ("Content-Language", "en")]);
    let told_with_body = told(&site.request("POST", "/mcp", &headers, b"body"));
    assert_eq!(told_with_body["body"], "body");
    for (name, value) in through {
        assert_eq!(seen(&told_with_body, &name.to_ascii_lowercase()), [value]);
    }
    assert_eq!(seen(&told_with_body, "host"), ["localhost:7071"]);
    assert_eq!(seen(&told_with_body, "user-agent"), ["curl/8 Azure-Functions-Host/4.1037.0.0"]);
    assert_eq!(seen(&told_with_body, "x-two"), ["a", "b"]);
    assert_eq!(seen(&told_with_body, "x-azure-functions-hostversion"), ["4.1037.0.0"]);
    assert_eq!(seen(&told_with_body, "x-azure-functions-invocationid")[0].len(), 36);
    assert!(seen(&told_with_body, "content-language").is_empty(), "lost on the way");

    let without = told(&site.request("POST", "/mcp", &[("Content-Type", "text/plain")], b""));
    assert_eq!(seen(&without, "user-agent"), ["Azure-Functions-Host/4.1037.0.0"]);
    assert!(seen(&without, "content-type").is_empty(), "there is no content");
}

#[test]
fn the_response_comes_back_as_it_is() {
    let (site, _handler) = site();
    let response = site.request("GET", "/mcp/special", &[], b"");
    assert_eq!((response.status, response.body.as_str()), (418, "short"));
    for (name, value) in [
        ("Mcp-Session-Id", "s1"),
        ("WWW-Authenticate", "Bearer resource_metadata=\"x\""),
        ("Keep-Alive", "timeout=5"),
        ("X-Own", "own"),
        ("Content-Length", "5"),
    ] {
        assert_eq!(response.headers.get(name), Some(value));
    }
    let cookies = response.headers.0.iter().filter(|(name, _)| name.eq_ignore_ascii_case("Set-Cookie"));
    assert_eq!(cookies.map(|(_, value)| value.as_str()).collect::<Vec<_>>(), ["a=1", "b=2"]);
}

#[test]
fn an_event_stream_arrives_at_its_end_with_its_length() {
    let (site, handler) = site();
    for piece in ["data: 1\n\n", "data: 2\n\n"] {
        handler.pieces.send(piece.into()).unwrap();
    }
    drop(handler.pieces);
    let response = site.request("GET", "/mcp/pieces", &[], b"");
    assert_eq!(response.body, "data: 1\n\ndata: 2\n\n");
    assert_eq!(response.headers.get("Content-Length"), Some("18"));
    assert_eq!(response.headers.get("Transfer-Encoding"), None);
}

#[test]
fn a_body_in_chunks_is_refused() {
    let (site, _handler) = site();
    let chunked = [("Transfer-Encoding", "chunked")];
    assert_eq!(site.request("POST", "/mcp", &chunked, b"1\r\nx\r\n0\r\n\r\n").status, 500);
    assert_eq!(site.request("POST", "/mcp", &[], &[b'x'; 1001]).status, 413);
}

#[test]
fn the_handler_is_not_told_when_the_client_is_gone() {
    let (site, handler) = site();
    let mut connection = Connection::open(site.address).unwrap();
    connection.send("GET", "/mcp/slow", &with_host(&[]), b"").unwrap();
    let patience = Duration::from_secs(10);
    assert_eq!(handler.events.recv_timeout(patience), Ok("asked"));
    drop(connection);
    assert_eq!(handler.events.recv_timeout(patience), Ok("answered"));
}

#[test]
fn without_a_handler_the_request_fails() {
    assert_eq!(start_without_handler(with_free_parameters(), Forwarding::Buffered).status("GET", "/mcp", &[]), 500);
}
