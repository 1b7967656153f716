//! The client against servers that answer by a script.

use super::*;
use std::io::{BufRead as _, Write as _};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

/// A server that gives one response to each connection, in order. It ends with the requests that it got.
fn server(responses: Vec<String>) -> (ServerOptions, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/mcp", listener.local_addr().unwrap());
    let served = thread::spawn(move || responses.iter().map(|response| exchange(&listener, response)).collect());
    (ServerOptions { url: Some(url), ..ServerOptions::default() }, served)
}

fn exchange(listener: &TcpListener, response: &str) -> String {
    let (mut stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        head += &line;
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    stream.write_all(response.as_bytes()).unwrap();
    head + &String::from_utf8(body).unwrap()
}

fn response(head: &str, body: &str) -> String {
    format!("HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

fn json(body: &Value) -> String {
    response("200 OK\r\nContent-Type: application/json", &body.to_string())
}

fn events(messages: &[Value]) -> String {
    let body: String = messages.iter().map(|message| format!("event: message\ndata: {message}\n\n")).collect();
    response("200 OK\r\nContent-Type: text/event-stream\r\nMcp-Session-Id: s1", &body)
}

/// The answers to `initialize` and to the notification after it.
fn introduction() -> [String; 2] {
    let result = json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "serverInfo": { "name": "x" } });
    [events(&[json!({ "jsonrpc": "2.0", "id": 1, "result": result })]), response("202 Accepted", "")]
}

fn connect(more: Vec<String>) -> (Client, JoinHandle<Vec<String>>) {
    let (options, served) = server([introduction().to_vec(), more].concat());
    (Client::connect(&options).unwrap(), served)
}

#[test]
fn answers_come_as_json_or_among_other_messages_of_a_stream() {
    let progress = json!({ "jsonrpc": "2.0", "method": "notifications/progress", "params": { "progress": 1 } });
    let ping = json!({ "jsonrpc": "2.0", "id": 3, "method": "ping" });
    let (mut client, served) = connect(vec![
        json(&json!({ "jsonrpc": "2.0", "id": 2, "result": { "a": 1 } })),
        events(&[progress, ping, json!({ "jsonrpc": "2.0", "id": 3, "result": { "b": 2 } })]),
        response("202 Accepted", ""),
        json(&json!({ "jsonrpc": "2.0", "id": 4, "error": { "code": -32602, "message": "no \u{1b}" } })),
        response("200 OK", ""),
    ]);
    assert_eq!(client.request("x", json!({})).unwrap(), json!({ "a": 1 }));
    assert_eq!(client.request("x", json!({})).unwrap(), json!({ "b": 2 }));
    let error: Error = client.request("x", json!({})).unwrap_err().into();
    assert_eq!(error.to_string(), "the server answers with an error: no \\u{1b} (-32602)");
    drop(client);
    let requests = served.join().unwrap();
    assert!(requests[4].contains(r#""id":3,"result":{}"#), "the ping is answered: {}", requests[4]);
    let lower = requests[3].to_ascii_lowercase();
    assert!(lower.contains("mcp-session-id: s1") && lower.contains("mcp-protocol-version: 2025-06-18"), "{lower}");
    assert!(requests[6].starts_with("DELETE /mcp "), "the session is ended: {}", requests[6]);
}

#[test]
fn lists_have_pages_and_may_be_missing() {
    let (mut client, served) = connect(vec![
        json(&json!({ "jsonrpc": "2.0", "id": 2, "result": { "tools": [1], "nextCursor": "c" } })),
        json(&json!({ "jsonrpc": "2.0", "id": 3, "result": { "tools": [2] } })),
        json(&json!({ "jsonrpc": "2.0", "id": 4, "error": { "code": -32601, "message": "Method not found" } })),
        response("200 OK", ""),
    ]);
    assert_eq!(client.list("tools/list", "tools").unwrap(), [json!(1), json!(2)]);
    assert!(client.list("prompts/list", "prompts").unwrap().is_empty());
    drop(client);
    assert!(served.join().unwrap()[3].contains(r#""cursor":"c""#));
}

#[test]
fn what_is_no_answer_is_an_error_with_a_next_step() {
    let fails = |first: String| {
        let (options, served) = server(vec![first]);
        let error = Client::connect(&options).err().unwrap().to_string();
        served.join().unwrap();
        error
    };
    assert!(fails(response("401 Unauthorized\r\nWWW-Authenticate: Bearer", "")).contains("wants a key"));
    assert!(fails(response("404 Not Found", "")).contains("there is no MCP server"));
    assert!(fails(response("200 OK\r\nContent-Type: text/html", "<p>")).contains("`text/html`"));
    assert!(fails(response("200 OK\r\nContent-Type: application/json", "{\"a\":1}")).contains("no MCP server"));
    assert!(fails(response("200 OK\r\nContent-Type: application/json", "{")).contains("no message of MCP"));
    assert!(fails(events(&[])).contains("before it was complete"));
    assert!(fails(response("500 Internal Server Error", "")).contains("failed"));
    let refused = json!({ "jsonrpc": "2.0", "id": "", "error": { "code": -32000, "message": "not so" } });
    let refused = response("400 Bad Request\r\nContent-Type: application/json", &refused.to_string());
    assert!(fails(refused).contains("not so (-32000)"));

    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let options = ServerOptions { port: Some(free), ..ServerOptions::default() };
    let message = Client::connect(&options).err().unwrap().to_string();
    assert!(message.contains("nothing listens") && message.contains("cargo mcp-trigger start"), "{message}");
}
