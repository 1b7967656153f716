//! `/mcp` beside a bare server and beside rmcp in its fastest mode, in one run: `tools/call` of an echo, over loopback.
//!
//! `cargo bench --bench mcp`. The bare server is hyper with nothing around it, which reads the body and answers a constant of the
//! same size; rmcp runs on hyper as well, without sessions and with JSON answers. Then the memory of both, idle and with 1,000
//! sessions.

mod load;

use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use load::{OneProcessor, compare, run_bare, start_bare};
use rmcp::handler::server::wrapper::Parameters;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ServerHandler, tool, tool_handler, tool_router};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use tests::http::exchange;
use tests::process::{App, free_port};
use tests::recording::Headers;
use tokio::net::TcpListener;

const ROUNDS: usize = 16;
const ROUND: Duration = Duration::from_millis(500);
const CONNECTIONS: [usize; 3] = [1, 8, 64];
const SESSIONS: usize = 1000;

fn main() {
    run_bare();
    run_rmcp();
    for revision in ["2025-11-25", "2026-07-28"] {
        requests(revision);
    }
    memory();
}

/// Requests per second and latencies.
fn requests(revision: &str) {
    // As behind the Functions host, and with what a server needs that strangers reach: time limits for each request.
    let servers = [("handler", start_handler()), ("by itself", start_ours()), ("rmcp", start_rmcp(false))];
    let (headers, body) = call(revision);
    let answers = servers.iter().map(|(name, server)| {
        let answer = exchange(server.address, "POST", "/mcp", &headers, body.as_bytes());
        assert!(answer.status == 200 && answer.body.contains("hello"), "{name}: {} {}", answer.status, answer.body);
        answer.body
    });
    let reply = answers.collect::<Vec<_>>().swap_remove(0);
    let bare = ("bare hyper", start_bare(&reply));

    println!(
        "\n{revision}: body {} bytes, reply {} bytes; {ROUNDS} rounds of {ROUND:?}, in turn",
        body.len(),
        reply.len()
    );
    println!("connections  server         requests      50 %      99 %  of bare  of rmcp");
    let servers: Vec<_> = servers.iter().chain([&bare]).collect();
    for connections in CONNECTIONS {
        let _one = (connections == 1).then(|| OneProcessor::new(servers.iter().map(|(_, server)| server)));
        let sent: Vec<_> = servers.iter().map(|(_, server)| (server.address, request(&headers, &body))).collect();
        let mut measured = compare(&sent, connections, ROUNDS, ROUND);
        let ratios: Vec<_> = measured.iter().map(|ours| [ours.ratio(&measured[3]), ours.ratio(&measured[2])]).collect();
        for (((name, _), measured), [of_bare, of_rmcp]) in servers.iter().zip(&mut measured).zip(ratios) {
            let [half, most] = [0.5, 0.99].map(|share| measured.latency(share).as_secs_f64() * 1e3);
            let rate = measured.rate();
            println!(
                "{connections:>11}  {name:<12} {rate:>8.0}/s  {half:>5.2} ms  {most:>5.2} ms  {of_bare:>7.2}  {of_rmcp:>7.2}"
            );
        }
    }
}

/// Resident memory.
fn memory() {
    println!("\nmemory        idle       {SESSIONS} sessions");
    for (name, server) in [("/mcp", start_ours()), ("rmcp", start_rmcp(true))] {
        let idle = resident(&server);
        for _ in 0..SESSIONS {
            let body = r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}"#;
            let answer = exchange(server.address, "POST", "/mcp", &call("2025-11-25").0, body.as_bytes());
            let begun = answer.headers.0.iter().any(|(name, _)| name.eq_ignore_ascii_case("mcp-session-id"));
            assert!(begun, "{name} begins a session: {}", answer.body);
        }
        println!("{name:<10}  {:>6.1} MB     +{:.1} MB", idle, resident(&server) - idle);
    }
}

/// The resident memory of a server, in megabytes.
fn resident(server: &App) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(f64::NAN) / 1e3
}

/// A call in a revision: its headers and its body.
fn call(revision: &str) -> (Headers, String) {
    let mut headers = vec![
        ("Host", "localhost"),
        ("Content-Type", "application/json"),
        ("Accept", "application/json, text/event-stream"),
        ("MCP-Protocol-Version", revision),
    ];
    let mut params = serde_json::json!({ "name": "echo", "arguments": { "text": "hello" } });
    if revision == "2026-07-28" {
        headers.extend([("Mcp-Method", "tools/call"), ("Mcp-Name", "echo")]);
        params["_meta"] = serde_json::json!({
            "io.modelcontextprotocol/protocolVersion": revision,
            "io.modelcontextprotocol/clientCapabilities": {},
        });
    }
    let body = serde_json::json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    (Headers(headers.collect()), body.to_string())
}

fn request(headers: &Headers, body: &str) -> String {
    let headers: String = headers.0.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("POST /mcp HTTP/1.1\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

fn start_handler() -> App {
    App::handler(env!("CARGO_BIN_EXE_probe"), &[])
}

fn start_ours() -> App {
    let mut command = Command::new(env!("CARGO_BIN_EXE_probe"));
    // The others log no calls either.
    command.env("RUST_LOG", "warn");
    App::local_host(command)
}

fn start_rmcp(sessions: bool) -> App {
    let port = free_port();
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.env("BENCH_RMCP_PORT", port.to_string()).env("BENCH_RMCP_SESSIONS", sessions.to_string());
    let server = App::spawn(command, SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    server.wait_until_open();
    server
}

/// The peer: the same tool.
#[derive(Clone)]
struct Echo;

#[derive(serde::Deserialize, schemars::JsonSchema)]
struct EchoArguments {
    text: String,
}

#[tool_router]
impl Echo {
    #[tool(description = "Says what it was told.")]
    fn echo(&self, Parameters(EchoArguments { text }): Parameters<EchoArguments>) -> String {
        text
    }
}

#[tool_handler]
impl ServerHandler for Echo {}

/// Runs the peer if this is its process.
fn run_rmcp() {
    let Ok(port) = std::env::var("BENCH_RMCP_PORT") else { return };
    let port: u16 = port.parse().expect("a port");
    let sessions = std::env::var("BENCH_RMCP_SESSIONS").is_ok_and(|sessions| sessions == "true");
    let config = StreamableHttpServerConfig::default().with_legacy_session_mode(sessions).with_json_response(true);
    let service = StreamableHttpService::new(|| Ok(Echo), Arc::new(LocalSessionManager::default()), config);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port");
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            stream.set_nodelay(true).expect("no delay");
            let service = TowerToHyperService::new(service.clone());
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
}
