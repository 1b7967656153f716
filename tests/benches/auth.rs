//! `/mcp` with access tokens beside the same without, in one run: `tools/call` of an echo, over loopback.
//!
//! `cargo bench --features auth --bench auth`. Both are custom handlers with sessions. The token is one of ES256 with ten claims, and the
//! same in all requests, as a client's is for an hour.

#[allow(clippy::unwrap_used, dead_code, reason = "the issuer is that of the tests")]
#[path = "../auth/issuer.rs"]
mod issuer;
#[allow(dead_code, reason = "there is no bare server here")]
mod load;

use issuer::{Issuer, Key};
use jsonwebtoken::Algorithm;
use load::{OneProcessor, compare};
use serde_json::json;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tests::http::exchange;
use tests::process::App;
use tests::recording::Headers;

const ROUNDS: usize = 16;
const ROUND: Duration = Duration::from_millis(500);
const CONNECTIONS: [usize; 3] = [1, 8, 64];

fn main() {
    let key = Key::new("one", Algorithm::ES256);
    let issuer = Issuer::start(&[&key]);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970").as_secs();
    let token = key.token(&json!({
        "iss": issuer.address(), "aud": "https://app.example/mcp", "sub": "jane", "scope": "notes", "roles": ["reader"],
        "iat": now, "nbf": now, "exp": now + 3600, "client_id": "inspector", "name": "Jane"
    }));
    let settings = [
        ("WEBSITE_AUTH_OPENID_ISSUER", issuer.address()),
        ("MCP_TRIGGER_AUTH_AUDIENCES", "https://app.example/mcp".to_owned()),
        ("WEBSITE_AUTH_PRM_DEFAULT_WITH_SCOPES", "notes".to_owned()),
    ];
    let servers = [("without", start(&[])), ("with a token", start(&settings))];
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "echo", "arguments": { "text": "hello" } } });
    let body = body.to_string();
    let requests = [headers(None), headers(Some(&token))];
    for ((name, server), headers) in servers.iter().zip(&requests) {
        let answer = exchange(server.address, "POST", "/mcp", headers, body.as_bytes());
        assert!(answer.status == 200 && answer.body.contains("hello"), "{name}: {} {}", answer.status, answer.body);
    }
    println!("{ROUNDS} rounds of {ROUND:?}, in turn; the token has {} bytes", token.len());
    println!("connections  server         requests      50 %      99 %  of without");
    for connections in CONNECTIONS {
        let _one = (connections == 1).then(|| OneProcessor::new(servers.iter().map(|(_, server)| server)));
        let sent: Vec<_> = servers
            .iter()
            .zip(&requests)
            .map(|((_, server), headers)| (server.address, request(headers, &body)))
            .collect();
        let mut measured = compare(&sent, connections, ROUNDS, ROUND);
        let ratios: Vec<_> = measured.iter().map(|one| one.ratio(&measured[0])).collect();
        for (((name, _), measured), of_without) in servers.iter().zip(&mut measured).zip(ratios) {
            let [half, most] = [0.5, 0.99].map(|share| measured.latency(share).as_secs_f64() * 1e3);
            let rate = measured.rate();
            println!("{connections:>11}  {name:<12} {rate:>8.0}/s  {half:>5.2} ms  {most:>5.2} ms  {of_without:>10.2}");
        }
    }
}

fn start(settings: &[(&str, String)]) -> App {
    let mut command = Command::new(env!("CARGO_BIN_EXE_guarded"));
    command.envs(settings.iter().map(|(name, value)| (*name, value.as_str())));
    App::handler_of(command)
}

fn headers(token: Option<&str>) -> Headers {
    let mut headers = vec![
        ("Host".to_owned(), "localhost".to_owned()),
        ("Content-Type".to_owned(), "application/json".to_owned()),
        ("Accept".to_owned(), "application/json, text/event-stream".to_owned()),
        ("MCP-Protocol-Version".to_owned(), "2025-11-25".to_owned()),
    ];
    headers.extend(token.map(|token| ("Authorization".to_owned(), format!("Bearer {token}"))));
    Headers(headers)
}

fn request(headers: &Headers, body: &str) -> String {
    let headers: String = headers.0.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("POST /mcp HTTP/1.1\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}
