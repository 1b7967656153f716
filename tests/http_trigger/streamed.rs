//! `enableProxyingHttpRequest`: both bodies pass piece by piece.

use super::handler::{Handler, start, start_with, start_without_handler};
use super::{Site, with_free_parameters, with_host};
use host_protocol::function_json::routed_functions;
use local_host::{Forwarding, Keys};
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(10);

fn site() -> (Site, Handler) {
    start(with_free_parameters(), Forwarding::Streamed, "")
}

/// A connection that shows pieces as they come.
struct Raw(TcpStream);

impl Raw {
    fn open(site: &Site, head: &str) -> Self {
        let mut stream = TcpStream::connect(site.address).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        Raw(stream)
    }

    /// Reads until a text has come.
    fn until(&mut self, end: &str) -> String {
        let mut read = Vec::new();
        let mut byte = [0];
        while !read.ends_with(end.as_bytes()) {
            self.0.read_exact(&mut byte).unwrap_or_else(|_| panic!("{end:?} after {}", String::from_utf8_lossy(&read)));
            read.push(byte[0]);
        }
        String::from_utf8(read).unwrap()
    }
}

#[test]
fn events_arrive_when_they_happen() {
    let (site, handler) = site();
    let mut client = Raw::open(&site, "GET /mcp/pieces HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let head = client.until("\r\n\r\n").to_ascii_lowercase();
    assert!(head.contains("content-type: text/event-stream") && head.contains("transfer-encoding: chunked"), "{head}");
    for event in ["data: 1\n\n", "data: 2\n\n"] {
        handler.pieces.send(event.into()).unwrap();
        client.until(event); // before there is another
    }
    drop(handler.pieces);
    client.until("0\r\n\r\n");
}

#[test]
fn a_body_in_chunks_passes_piece_by_piece() {
    let (site, _handler) = site();
    let head = "POST /mcp/echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    let mut client = Raw::open(&site, head);
    for piece in ["one", "two"] {
        client.0.write_all(format!("3\r\n{piece}\r\n").as_bytes()).unwrap();
        client.until(piece); // before there is another
    }
    client.0.write_all(b"0\r\n\r\n").unwrap();
    client.until("0\r\n\r\n");
}

#[test]
fn the_handler_sees_when_the_client_is_gone() {
    let (site, handler) = site();
    let mut client = Raw::open(&site, "GET /mcp/pieces HTTP/1.1\r\nHost: localhost\r\n\r\n");
    handler.pieces.send("data: 1\n\n".into()).unwrap();
    client.until("data: 1\n\n");
    drop(client);
    assert_eq!(handler.events.recv_timeout(PATIENCE), Ok("stream closed"));
}

#[test]
fn the_query_stays_and_the_hosts_headers_win() {
    let (site, _handler) = site();
    let forged = [
        ("X-Azure-Functions-InvocationId", "forged"),
        ("x-ms-invocation-id", "forged"),
        ("X-Azure-Functions-HostVersion", "forged"),
        ("Connection", "keep-alive, x"),
        ("Upgrade", "websocket"),
        ("User-Agent", "curl/8"),
        ("X-MS-CLIENT-PRINCIPAL", "through"),
    ];
    let response = site.request("PUT", "/mcp/a%20b?x=1&x=2&y=a+b", &forged, b"body");
    let told: Value = serde_json::from_str(&response.body).unwrap();
    assert_eq!(told["target"], "/mcp/a%20b?x=1&x=2&y=a+b");
    assert_eq!((&told["method"], &told["body"]), (&Value::from("PUT"), &Value::from("body")));
    let seen = |name: &str| {
        let headers = told["headers"].as_array().unwrap().iter();
        headers.filter(|header| header[0] == name).map(|header| header[1].as_str().unwrap()).collect::<Vec<_>>()
    };
    let id = seen("x-azure-functions-invocationid");
    assert_eq!((id.len(), id[0].len()), (1, 36));
    assert_eq!(seen("x-ms-invocation-id"), id);
    assert_eq!(seen("x-azure-functions-hostversion"), ["4.1037.0.0"]);
    assert_eq!((seen("host"), seen("user-agent")), (vec!["localhost:7071"], vec!["curl/8"]));
    assert_eq!(seen("x-ms-client-principal"), ["through"]);
    assert!(seen("upgrade").is_empty() && seen("connection").is_empty());
}

#[test]
fn the_length_of_a_response_is_told_where_it_is_known() {
    let (site, _handler) = site();
    let response = site.request("GET", "/mcp/special", &[], b"");
    assert_eq!((response.status, response.body.as_str()), (418, "short"));
    assert_eq!(response.headers.get("Content-Length"), Some("5"));
    assert_eq!(response.headers.get("Keep-Alive"), None, "it is of the connection to the handler");
    let cookies = response.headers.0.iter().filter(|(name, _)| name.eq_ignore_ascii_case("Set-Cookie"));
    assert_eq!(cookies.count(), 2);
}

#[test]
fn the_same_paths_arrive_and_no_others() {
    let (site, _handler) = site();
    // A backslash stays one: recorded with the same proxy (worker/http.jsonl, "path with %5c").
    for path in ["/mcp", "/MCP/x", "/mcp/..%2fHelloTool", "/.well-known/..%5CHelloTool"] {
        assert_eq!(site.request("POST", path, &[], b"x").headers.get("X-Target"), Some(path));
    }
    for path in ["/HelloTool", "/mcpx", "/mcp/../HelloTool", "/mcp/%2e%2e/HelloTool"] {
        assert_eq!(site.status("POST", path, &[]), 404, "{path}");
    }
}

#[test]
fn a_body_is_no_longer_than_the_host_allows() {
    let (site, _handler) = site();
    assert_eq!(site.request("POST", "/mcp", &[], &[b'x'; 1001]).status, 413);
    assert_eq!(site.request("POST", "/mcp", &[], &[b'x'; 1000]).status, 200);
    let chunks = format!("{:x}\r\n{}\r\n0\r\n\r\n", 1001, "x".repeat(1001));
    let chunked = with_host(&[("Transfer-Encoding", "chunked")]);
    let response = tests::http::exchange(site.address, "POST", "/mcp", &chunked, chunks.as_bytes());
    assert_eq!(response.status, 502);
}

#[test]
fn without_a_handler_the_gateway_is_bad() {
    assert_eq!(start_without_handler(with_free_parameters(), Forwarding::Streamed).status("GET", "/mcp", &[]), 502);
}

/// The profile `mcp-custom-handler`: everything goes to the handler, which is an MCP server of its own.
#[test]
fn a_self_hosted_server_gets_all_paths_but_the_hosts_own() {
    let (site, _handler) = start(routed_functions([("{*route}", "anonymous")]), Forwarding::Streamed, "");
    for path in ["/mcp", "/a/b/", "/HelloTool"] {
        assert_eq!(site.request("OPTIONS", path, &[], b"").headers.get("X-Target"), Some(path));
    }
    for path in ["/admin/x", "/runtime/x", "/x/%2e%2e/admin/x"] {
        assert_eq!(site.status("GET", path, &[]), 404, "{path}");
    }
}

#[test]
fn a_route_of_a_self_hosted_server_asks_for_the_keys_of_its_level() {
    let functions = routed_functions([("open/{*rest}", "anonymous"), ("{*rest}", "function")]);
    let keys = Keys::new("master", "host", "system").with_function("http-handler2", "own");
    let (site, _handler) = start_with(functions, Forwarding::Streamed, |host| host.route_prefix("").keys(keys));
    let status = |path, key| site.status("GET", path, &[("x-functions-key", key)]);
    assert_eq!([status("/open/x", ""), status("/mcp", "")], [200, 401]);
    assert_eq!([status("/mcp", "own"), status("/mcp", "host"), status("/mcp", "system")], [200, 200, 401]);
}
