//! Somebody outside who wants to run a function without the key for it. Everything here goes to the public address of the app, or
//! to the handler as a host would hand it on.

mod direct;
mod framing;
mod heads;
mod routes;
mod targets;

use super::behind::{Behind, FORWARDINGS, Form};
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;
use tests::process::invocation;
use tests::recording::cases;

/// Sends bytes as they are, and gives all that comes back until the connection ends, or nothing more comes.
fn send(address: SocketAddr, request: &[u8], patience: Duration) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(patience)).unwrap();
    let mut answer = Vec::new();
    // A server may have heard enough before it has read everything.
    let _ = stream.write_all(request);
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// A request, its connection closed afterwards.
fn request(method: &str, target: &str, headers: &[(&str, String)], body: &str) -> Vec<u8> {
    let mut request = format!("{method} {target} HTTP/1.1\r\n");
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    request += &format!("Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    request.into_bytes()
}

/// Invocations of functions that the handler has: the paths, and the bodies. One body is a recorded one.
fn invocations() -> Vec<(&'static str, String)> {
    let recorded = cases("bindings.jsonl").into_iter().flat_map(|case| case.handler);
    let recorded = recorded.map(|exchange| exchange.request).find(|request| request.path == "/SaveSnippet").unwrap();
    let count = json!({ "name": "count", "arguments": {}, "transport": { "name": "http-streamable", "properties": { "headers": {} } } });
    vec![("Count", invocation(&count)), ("SaveSnippet", recorded.body)]
}

/// A host of each kind that there is. None asks for a key: whoever has one for `/mcp` has none for the functions, and is an attacker
/// as well.
fn hosts() -> impl Iterator<Item = Behind> {
    let kinds = [Form::Functions, Form::SelfHosted].into_iter().flat_map(|form| FORWARDINGS.map(|it| (form, it)));
    kinds.map(|(form, forwarding)| Behind::start(form, forwarding, None))
}

/// Sends requests, some at a time, and looks that no function ran.
fn attack(behind: &Behind, requests: &[Vec<u8>], patience: Duration) {
    let send_some = |requests: &[Vec<u8>]| {
        for request in requests {
            let answer = send(behind.site.address, request, patience);
            let told = || format!("{}\n{answer}", String::from_utf8_lossy(request));
            assert!(!answer.contains("ReturnValue"), "{}", told());
            assert!(answer.is_empty() || answer.starts_with("HTTP/1."), "{}", told());
        }
    };
    std::thread::scope(|scope| {
        for some in requests.chunks(requests.len().div_ceil(8)) {
            scope.spawn(move || send_some(some));
        }
    });
    assert_eq!(behind.runs(), 0);
}

/// Attacks every kind of host.
fn attack_all(requests: impl Fn(&Behind) -> Vec<Vec<u8>>) {
    for behind in hosts() {
        attack(&behind, &requests(&behind), PATIENCE);
    }
}

const PATIENCE: Duration = Duration::from_secs(20);
