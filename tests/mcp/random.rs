//! Requests that nobody would write: whatever comes, the server goes on, and nothing in it panics.

use crate::wire::{STATELESS, headers, post, probe};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tests::http::Connection;
use tests::process::App;
use tests::recording::Headers;

const THREADS: u64 = 4;
const ROUNDS: u64 = 600;

/// Numbers that look random, and are the same each time (xorshift).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap()
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// What is right, and is then changed.
fn messages() -> Vec<String> {
    let request = |method: &str, mut params: Value, modern: bool| {
        if modern {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": STATELESS,
                "io.modelcontextprotocol/clientCapabilities": { "elicitation": {}, "sampling": { "tools": {} } },
                "io.modelcontextprotocol/logLevel": "debug",
                "progressToken": 7,
            });
        }
        json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params })
    };
    let initialize =
        json!({ "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": { "name": "n", "version": "1" } });
    let mut all = vec![
        request("initialize", initialize, false),
        json!([request("ping", json!({}), false), { "jsonrpc": "2.0", "method": "notifications/initialized" }]),
        json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": { "requestId": 7 } }),
        json!({ "jsonrpc": "2.0", "id": 1, "result": { "action": "accept", "content": { "name": "x" } } }),
        request("logging/setLevel", json!({ "level": "info" }), false),
    ];
    for modern in [false, true] {
        all.extend([
            request("tools/list", json!({ "cursor": "MQ" }), modern),
            request("tools/call", json!({ "name": "echo", "arguments": { "text": "é\u{0}\u{1f600}" } }), modern),
            request("tools/call", json!({ "name": "wait", "arguments": { "millis": 1 } }), modern),
            request(
                "tools/call",
                json!({ "name": "ask", "arguments": {}, "requestState": "e30.e30", "inputResponses": { "1": {} } }),
                modern,
            ),
            request("tools/call", json!({ "name": "log", "arguments": {} }), modern),
            request("resources/read", json!({ "uri": "docs://a/%ff%zz?x#y" }), modern),
            request("prompts/get", json!({ "name": "x", "arguments": { "a": "b" } }), modern),
            request(
                "completion/complete",
                json!({ "ref": { "type": "ref/prompt", "name": "x" }, "argument": { "name": "a", "value": "b" } }),
                modern,
            ),
            request("server/discover", json!({}), modern),
        ]);
    }
    all.iter().map(Value::to_string).collect()
}

/// Pieces that readers of JSON, numbers, text and addresses stumble over.
const PIECES: [&[u8]; 24] = [
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"\0",
    b"\xff",
    b"\xed\xa0\x80",
    b"\\ud800",
    b"\\u0000",
    b"1e999",
    b"-0",
    b"99999999999999999999999",
    b"null",
    b"true",
    b"\"id\":null,",
    b"\"method\":1,",
    b"\"params\":[1],",
    b"[[[[[[[[[[[[[[[[",
    b"\"_meta\":{\"progressToken\":{}},",
    b"\"requestState\":\"\xc3\x28\",",
];

fn changed(message: &str, random: &mut Random) -> Vec<u8> {
    let mut bytes = message.as_bytes().to_vec();
    for _ in 0..random.below(5) {
        let at = random.below(bytes.len());
        let end = (at + random.below(12)).min(bytes.len());
        match random.below(6) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let again = bytes[at..end].to_vec();
                drop(bytes.splice(at..at, again));
            }
            3 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            _ => drop(bytes.splice(at..end.min(at + 2), random.one_of(&PIECES).iter().copied())),
        }
    }
    bytes
}

const NAMES: [&str; 14] = [
    "MCP-Protocol-Version",
    "Mcp-Method",
    "Mcp-Name",
    "Mcp-Session-Id",
    "Last-Event-ID",
    "Accept",
    "Content-Type",
    "Origin",
    "X-MS-CLIENT-PRINCIPAL",
    "x-ms-client-principal-id",
    "traceparent",
    "Mcp-Param-City",
    "Authorization",
    "Access-Control-Request-Method",
];
const VALUES: [&str; 20] = [
    "2024-11-05",
    "2025-03-26",
    "2025-06-18",
    "2025-11-25",
    "2026-07-28",
    "2099-01-01",
    "tools/call",
    "echo",
    "ask",
    "=?base64?Zm9v?=",
    "=?base64?!!!?=",
    "=?base64?",
    "application/json",
    "*/*;q=x",
    ",,;;,",
    "text/event-stream",
    "0",
    "-1",
    "http://localhost:1",
    "e30=",
];

/// One request as it goes out. Its head is changed as well, but for what ends it.
fn request(random: &mut Random, messages: &[String]) -> (String, Headers, Vec<u8>) {
    let message = random.one_of(messages);
    let body = changed(message, random);
    let mut given = Vec::new();
    if message.contains(STATELESS) && random.below(4) > 0 {
        let json: Value = serde_json::from_str(message).unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        given.push(("MCP-Protocol-Version", STATELESS.to_owned()));
        given.push(("Mcp-Method", text(&json["method"])));
        given.push(("Mcp-Name", text(json["params"].get("name").unwrap_or(&json["params"]["uri"]))));
    }
    for _ in 0..random.below(4) {
        let value = match random.below(4) {
            0 => "x".repeat(random.below(3000)),
            1 => (0..random.below(20)).map(|_| char::from(0x20 + u8::try_from(random.below(95)).unwrap())).collect(),
            2 => "é\u{1f600}\t".to_owned(),
            _ => (*random.one_of(&VALUES)).to_owned(),
        };
        given.push((*random.one_of(&NAMES), value));
    }
    let given: Vec<_> = given.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut headers = headers(&given);
    headers.0.push(("Content-Length".to_owned(), body.len().to_string()));
    let method = if random.below(8) > 0 { "POST" } else { *random.one_of(&["GET", "DELETE", "OPTIONS", "PUT"]) };
    (method.to_owned(), headers, body)
}

fn send_many(address: SocketAddr, seed: u64) {
    let (messages, mut random) = (messages(), Random(seed));
    for round in 0..ROUNDS {
        let (method, headers, body) = request(&mut random, &messages);
        let mut connection = Connection::open(address).unwrap();
        connection.send(&method, "/mcp", &headers, &body).unwrap();
        let told = || format!("seed {seed}, round {round}: {method} {headers:?}\n{}", String::from_utf8_lossy(&body));
        // A stream may go on for ever: its head is enough.
        let head = connection.head().unwrap_or_else(|error| panic!("{error} to {}", told()));
        assert!(head.status < 500, "{head:?} to {}", told());
    }
}

#[test]
fn nothing_that_comes_is_the_end_of_the_server() {
    let probe = probe();
    std::thread::scope(|scope| {
        for thread in 1..=THREADS {
            scope.spawn(move || send_many(probe.address, thread.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        }
    });
    still_answers(probe);
}

/// What is no HTTP at all.
#[test]
fn no_head_is_the_end_of_the_server() {
    let probe = probe();
    let mut heads: Vec<Vec<u8>> = vec![
        b"\0\0\0\0\r\n\r\n".to_vec(),
        b"POST\r\n\r\n".to_vec(),
        b"POST /mcp HTTP/9.9\r\n\r\n".to_vec(),
        b"POST /mcp HTTP/1.1\r\nHost\r\n\r\n".to_vec(),
        b"POST /mcp HTTP/1.1\r\nContent-Length: x\r\n\r\n".to_vec(),
        b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n".to_vec(),
        b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n".to_vec(),
        b"POST /m\xffp HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
        format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "x".repeat(70_000)).into_bytes(),
    ];
    let mut random = Random(7);
    heads.extend(
        (0..200).map(|_| (0..random.below(300)).map(|_| random.next().to_le_bytes()[0]).chain(*b"\r\n\r\n").collect()),
    );
    for head in heads {
        let mut connection = Connection::open(probe.address).unwrap();
        let _ = connection.send_bytes(&head);
    }
    let status = |headers: Headers| {
        let mut connection = Connection::open(probe.address).unwrap();
        let _ = connection.send("GET", "/mcp", &headers, b"");
        connection.head().unwrap().status
    };
    let many = (0..200).map(|at| (format!("X-{at}"), "x".to_owned()));
    assert_eq!(status(Headers([("Host".to_owned(), "localhost".to_owned())].into_iter().chain(many).collect())), 431);
    assert_eq!(status(headers(&[("X-Long", &"x".repeat(66_000))])), 431);
    still_answers(probe);
}

/// It answers as before, and nothing in it has panicked.
fn still_answers(probe: App) {
    assert_eq!(
        post(probe.address, &[], r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#).status,
        200,
        "it is still there"
    );
    probe.signal("KILL");
    let (_, stdout, stderr) = probe.ended();
    assert!(!stdout.contains("panicked") && !stderr.contains("panicked"), "{stdout}{stderr}");
}
