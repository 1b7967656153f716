//! The local host's endpoint, in process (`serve`) and out of process (`host`), beside what was measured of the Functions host.
//!
//! `cargo bench --bench local`. One tool of the sample `hello` is called, in a release build. The figures of the Functions host are
//! those of ground-truth.md §7, from another machine of two processors: they tell the order of magnitude.

#[allow(dead_code, reason = "what other benchmarks need besides")]
mod load;

use load::{OneProcessor, compare};
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tests::process::{App, released};

const ROUNDS: usize = 8;
const ROUND: Duration = Duration::from_millis(500);
/// Connections, and what the Functions host answered in a second: with a handler that has a fixed reply, with the official Node.js
/// worker.
const RECORDED: [(usize, &str, &str); 3] =
    [(1, "468-523", "401-822"), (16, "713-733", "1163-1349"), (64, "844-1005", "1550-1667")];

fn main() {
    let program = released("hello");
    let start = |arguments: &[&str]| {
        let mut command = Command::new(&program);
        let executable = "AzureFunctionsJobHost__customHandler__description__defaultExecutablePath";
        command.args(arguments).env(executable, &program).env("RUST_LOG", "warn");
        App::local_host(command)
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/hello");
    let hosts = [start(&["serve"]), start(&["host", "--root", root.to_str().expect("a path in UTF-8")])];

    println!("tools/call of hello, requests per second; {ROUNDS} rounds of {ROUND:?} each, in turn");
    println!(
        "{:>11}  {:>12}  {:>14}  {:>24}  {:>24}",
        "connections", "in process", "out of process", "Functions host, constant", "Functions host, Node.js"
    );
    for (connections, constant, node) in RECORDED {
        let _one = (connections == 1).then(|| OneProcessor::new(&hosts));
        let servers = [&hosts[0], &hosts[1]].map(|host| (host.address, request(&host.address.to_string())));
        let measured = compare(&servers, connections, ROUNDS, ROUND);
        let [inside, outside] = [&measured[0], &measured[1]].map(load::Measured::rate);
        println!("{connections:>11}  {inside:>10.0}/s  {outside:>12.0}/s  {constant:>22}/s  {node:>22}/s");
    }
}

fn request(host: &str) -> String {
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"hello","arguments":{"name":"Ada"}}}"#;
    format!(
        "POST /runtime/webhooks/mcp HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
         Accept: application/json, text/event-stream\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}
