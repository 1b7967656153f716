//! The handler's path beside a bare server, in one run: a recorded invocation in, a reply out, over loopback.
//!
//! `cargo bench --bench handler`. Both servers are processes of their own; rounds alternate between them, so that a machine that
//! slows down slows both. The peer is hyper with nothing around it: it reads the body and answers a constant of the same size.
//!
//! With one connection all processors sleep between two requests, and a virtual machine takes several times as long to wake one as
//! either server takes to answer. That would measure the machine, so there something of the lowest priority keeps it awake.

use http_body_util::{BodyExt, Collected, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::cell::Cell;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command};
use std::rc::Rc;
use std::time::{Duration, Instant};
use tests::http::exchange;
use tests::process::{App, free_port};
use tests::recording::cases;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const ROUNDS: usize = 24;
const ROUND: Duration = Duration::from_millis(500);
const CONNECTIONS: [usize; 3] = [1, 16, 64];

fn main() {
    if let Ok(port) = std::env::var("BENCH_BARE_PORT") {
        let reply = std::env::var("BENCH_BARE_REPLY").unwrap_or_default();
        return bare(port.parse().expect("a port"), reply.into());
    }

    let invocation = recorded();
    let ours = App::handler(env!("CARGO_BIN_EXE_probe"), &[]);
    let reply = exchange(ours.address, "POST", "/SaveSnippet", &ours.host_headers(), invocation.as_bytes()).body;
    let port = free_port();
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.env("BENCH_BARE_PORT", port.to_string()).env("BENCH_BARE_REPLY", &reply);
    let bare = App::spawn(command, SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    bare.wait_until_ready();

    println!(
        "invocation: {} bytes, reply: {} bytes; {ROUNDS} rounds of {ROUND:?} each, in turn",
        invocation.len(),
        reply.len()
    );
    println!("{:>11}  {:>14}  {:>14}  {:>5}", "connections", "handler", "bare hyper", "ratio");
    for connections in CONNECTIONS {
        let _awake = (connections == 1).then(Awake::new);
        let mut rates = [Vec::new(), Vec::new()];
        for round in 0..ROUNDS {
            // Who goes first changes, so that a machine that speeds up or slows down favours neither.
            for server in [round % 2, 1 - round % 2] {
                rates[server].push(load([&ours, &bare][server].address, &invocation, connections));
            }
        }
        let mut ratios: Vec<f64> = rates[0].iter().zip(&rates[1]).map(|(ours, bare)| ours / bare).collect();
        let [ours, bare] = rates.map(|mut rates| median(&mut rates));
        println!("{connections:>11}  {ours:>12.0}/s  {bare:>12.0}/s  {:>5.2}", median(&mut ratios));
    }
}

/// Keeps all processors from sleeping.
struct Awake(Vec<Child>);

impl Awake {
    fn new() -> Self {
        let spin = || Command::new("nice").args(["-n", "19", "sh", "-c", "while :; do :; done"]).spawn();
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Awake((0..processors).filter_map(|_| spin().ok()).collect())
    }
}

impl Drop for Awake {
    fn drop(&mut self) {
        for spinning in &mut self.0 {
            let _ = spinning.kill();
            let _ = spinning.wait();
        }
    }
}

/// A recorded invocation of a tool whose trigger is named as ours are.
fn recorded() -> String {
    let mut calls = cases("bindings.jsonl").into_iter().filter(|case| case.name == "save_snippet plain");
    calls.next().expect("a recording").handler.remove(0).request.body
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Requests per second, each connection sending the next one as soon as it has read a reply.
fn load(address: SocketAddr, body: &str, connections: usize) -> f64 {
    let request = format!(
        "POST /SaveSnippet HTTP/1.1\r\nHost: {address}\r\nX-Azure-Functions-HostVersion: 4.1037.0.0\r\n\
         X-Azure-Functions-InvocationId: 7b3f1a52-0000-4000-8000-000000000000\r\n\
         User-Agent: Azure-Functions-Host/4.1037.0.0\r\nContent-Type: application/json; charset=utf-8\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let request: Rc<[u8]> = request.into_bytes().into();
    let answered = Rc::new(Cell::new(0u32));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let clients = tokio::task::LocalSet::new();
    let start = Instant::now();
    for _ in 0..connections {
        clients.spawn_local(client(address, Rc::clone(&request), start + ROUND, Rc::clone(&answered)));
    }
    runtime.block_on(clients);
    f64::from(answered.get()) / start.elapsed().as_secs_f64()
}

async fn client(address: SocketAddr, request: Rc<[u8]>, end: Instant, answered: Rc<Cell<u32>>) {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.set_nodelay(true).expect("no delay");
    let mut buffer = [0; 8192];
    while Instant::now() < end {
        stream.write_all(&request).await.expect("the request goes out");
        let mut length = 0;
        loop {
            let read = stream.read(&mut buffer[length..]).await.expect("a reply");
            assert!(read > 0, "the server closed the connection");
            length += read;
            if is_whole(&buffer[..length]) {
                break;
            }
        }
        answered.set(answered.get() + 1);
    }
}

/// Whether a response with `Content-Length` is all there.
fn is_whole(response: &[u8]) -> bool {
    let text = std::str::from_utf8(response).unwrap_or_default();
    assert!(text.is_empty() || text.starts_with("HTTP/1.1 200"), "{text}");
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().ok())?
    });
    length.is_some_and(|length| body.len() >= length)
}

/// The peer.
fn bare(port: u16, reply: bytes::Bytes) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.expect("the port");
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            stream.set_nodelay(true).expect("no delay");
            let reply = reply.clone();
            tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(
                TokioIo::new(stream),
                service_fn(move |request: Request<Incoming>| {
                    let reply = reply.clone();
                    async move {
                        let _body = request.into_body().collect().await.map(Collected::to_bytes);
                        Ok::<_, Infallible>(Response::new(Full::new(reply)))
                    }
                }),
            ));
        }
    });
}
