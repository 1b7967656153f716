//! Load for benchmarks: servers side by side, over loopback, in rounds that alternate between them, so that a machine that slows
//! down slows all.

mod one_processor;

pub(crate) use one_processor::OneProcessor;

use http_body_util::{BodyExt, Collected, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use std::cell::RefCell;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tests::process::{App, free_port};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What a server was measured at.
pub(crate) struct Measured {
    /// Requests per second, a figure for each round.
    pub(crate) rates: Vec<f64>,
    /// How long each request took.
    pub(crate) latencies: Vec<Duration>,
}

impl Measured {
    /// Requests per second.
    pub(crate) fn rate(&self) -> f64 {
        median(&self.rates)
    }

    /// How long a request takes that is slower than `share` of all.
    pub(crate) fn latency(&mut self, share: f64) -> Duration {
        self.latencies.sort_unstable();
        self.latencies[((self.latencies.len() - 1) as f64 * share) as usize]
    }

    /// How many times as fast it is as another: round by round, as both had the same machine then.
    pub(crate) fn ratio(&self, other: &Measured) -> f64 {
        median(&self.rates.iter().zip(&other.rates).map(|(ours, theirs)| ours / theirs).collect::<Vec<_>>())
    }
}

pub(crate) fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Sends each server its request, again and again, over so many connections. Who goes first changes from round to round, so that a
/// machine that speeds up or slows down favours none.
pub(crate) fn compare(
    servers: &[(SocketAddr, String)],
    connections: usize,
    rounds: usize,
    round: Duration,
) -> Vec<Measured> {
    let mut measured: Vec<_> = servers.iter().map(|_| Measured { rates: vec![], latencies: vec![] }).collect();
    for first in 0..rounds {
        for turn in 0..servers.len() {
            let server = (first + turn) % servers.len();
            let (address, request) = &servers[server];
            let (rate, latencies) = load(*address, request.as_bytes(), connections, round);
            measured[server].rates.push(rate);
            measured[server].latencies.extend(latencies);
        }
    }
    measured
}

/// Requests per second, each connection sending the next one as soon as it has read a reply.
fn load(address: SocketAddr, request: &[u8], connections: usize, round: Duration) -> (f64, Vec<Duration>) {
    let request: Rc<[u8]> = request.into();
    let latencies = Rc::new(RefCell::new(Vec::new()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let clients = tokio::task::LocalSet::new();
    let start = Instant::now();
    for _ in 0..connections {
        clients.spawn_local(client(address, Rc::clone(&request), start + round, Rc::clone(&latencies)));
    }
    runtime.block_on(clients);
    let latencies = latencies.take();
    (latencies.len() as f64 / start.elapsed().as_secs_f64(), latencies)
}

async fn client(address: SocketAddr, request: Rc<[u8]>, end: Instant, latencies: Rc<RefCell<Vec<Duration>>>) {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.set_nodelay(true).expect("no delay");
    let mut buffer = [0; 8192];
    let mut start = Instant::now();
    while start < end {
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
        let now = Instant::now();
        latencies.borrow_mut().push(now - start);
        start = now;
    }
}

/// Whether a response is all there.
fn is_whole(response: &[u8]) -> bool {
    let text = std::str::from_utf8(response).unwrap_or_default();
    assert!(text.is_empty() || text.starts_with("HTTP/1.1 200"), "{text}");
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let header = |wanted: &str| {
        head.lines().find_map(|line| line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case(wanted)))
    };
    match header("content-length").and_then(|(_, length)| length.parse::<usize>().ok()) {
        Some(length) => body.len() >= length,
        None => header("transfer-encoding").is_some() && body.ends_with("\r\n0\r\n\r\n"),
    }
}

/// Starts a bare server, which answers everything with `reply`, in a process of its own: this one, which calls [`run_bare`] first.
pub(crate) fn start_bare(reply: &str) -> App {
    let port = free_port();
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    command.env("BENCH_BARE_PORT", port.to_string()).env("BENCH_BARE_REPLY", reply);
    let bare = App::spawn(command, SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    bare.wait_until_ready();
    bare
}

/// Runs the bare server if this is its process: hyper with nothing around it. It reads the body and answers a constant.
pub(crate) fn run_bare() {
    let Ok(port) = std::env::var("BENCH_BARE_PORT") else { return };
    let reply: bytes::Bytes = std::env::var("BENCH_BARE_REPLY").unwrap_or_default().into();
    let port: u16 = port.parse().expect("a port");
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
