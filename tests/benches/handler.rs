//! The handler's path beside a bare server, in one run: a recorded invocation in, a reply out, over loopback.
//!
//! `cargo bench --bench handler`. The peer is hyper with nothing around it, which answers a constant of the same size.

mod load;

use load::{OneProcessor, compare, run_bare, start_bare};
use std::time::Duration;
use tests::http::exchange;
use tests::process::App;
use tests::recording::cases;

const ROUNDS: usize = 24;
const ROUND: Duration = Duration::from_millis(500);
const CONNECTIONS: [usize; 3] = [1, 16, 64];

fn main() {
    run_bare();
    let invocation = recorded();
    let ours = App::handler(env!("CARGO_BIN_EXE_probe"), &[]);
    let reply = exchange(ours.address, "POST", "/SaveSnippet", &ours.host_headers(), invocation.as_bytes()).body;
    let bare = start_bare(&reply);

    println!(
        "invocation: {} bytes, reply: {} bytes; {ROUNDS} rounds of {ROUND:?} each, in turn",
        invocation.len(),
        reply.len()
    );
    println!(
        "{:>11}  {:>14}  {:>14}  {:>5}  {:>15}",
        "connections", "handler", "bare hyper", "ratio", "handler's 99 %"
    );
    for connections in CONNECTIONS {
        let _one = (connections == 1).then(|| OneProcessor::new([&ours, &bare]));
        let servers = [&ours, &bare].map(|server| (server.address, request(&server.address.to_string(), &invocation)));
        let mut measured = compare(&servers, connections, ROUNDS, ROUND);
        let ratio = measured[0].ratio(&measured[1]);
        let [ours, bare] = [0, 1].map(|server| measured[server].rate());
        let latency = measured[0].latency(0.99).as_secs_f64() * 1e3;
        println!("{connections:>11}  {ours:>12.0}/s  {bare:>12.0}/s  {ratio:>5.2}  {latency:>12.2} ms");
    }
}

fn request(host: &str, body: &str) -> String {
    format!(
        "POST /SaveSnippet HTTP/1.1\r\nHost: {host}\r\nX-Azure-Functions-HostVersion: 4.1037.0.0\r\n\
         X-Azure-Functions-InvocationId: 7b3f1a52-0000-4000-8000-000000000000\r\n\
         User-Agent: Azure-Functions-Host/4.1037.0.0\r\nContent-Type: application/json; charset=utf-8\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// A recorded invocation of a tool whose trigger is named as ours are.
fn recorded() -> String {
    let mut calls = cases("bindings.jsonl").into_iter().filter(|case| case.name == "save_snippet plain");
    calls.next().expect("a recording").handler.remove(0).request.body
}
