//! A long run of the program by itself: calls of all revisions with sessions, tasks, batches and cancellations, beside rude clients.
//! Memory has to stay as it is, and no request may fail that was not meant to.
//!
//! ```sh
//! SOAK_REQUESTS=10000000 cargo bench -p tests --bench soak
//! ```

use serde_json::{Value, json};
use std::cell::Cell;
use std::net::SocketAddr;
use std::process::Command;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tests::process::App;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How many requests are sent, unless `SOAK_REQUESTS` says another number.
const REQUESTS: u64 = 200_000;
/// How many well-behaved clients there are, half with a session.
const CLIENTS: u64 = 16;
/// How many clients are rude.
const RUDE: u64 = 4;
/// How often memory is looked at.
const SAMPLES: u64 = 60;

#[derive(Default)]
struct Counts {
    sent: Cell<u64>,
    rude: Cell<u64>,
    sessions: Cell<u64>,
    tasks: Cell<u64>,
    cancelled: Cell<u64>,
    errors: Cell<u64>,
}

fn add(cell: &Cell<u64>, count: u64) -> u64 {
    cell.set(cell.get() + count);
    cell.get()
}

fn main() {
    let requests = std::env::var("SOAK_REQUESTS").ok().and_then(|count| count.parse().ok()).unwrap_or(REQUESTS);
    let mut command = Command::new(env!("CARGO_BIN_EXE_probe"));
    command.env("RUST_LOG", "error");
    let server = App::local_host(command);
    let counts = Rc::new(Counts::default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let clients = tokio::task::LocalSet::new();
    for number in 0..CLIENTS {
        clients.spawn_local(Client::new(server.address, number, &counts).run(requests));
    }
    for number in 0..RUDE {
        clients.spawn_local(be_rude(server.address, number, Rc::clone(&counts), requests));
    }
    let (id, watched) = (server.id(), Rc::clone(&counts));
    let samples = clients.spawn_local(async move {
        let mut samples = Vec::new();
        for sample in 1..=SAMPLES {
            while watched.sent.get() < requests * sample / SAMPLES {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            samples.push(private(id));
        }
        samples
    });
    let start = Instant::now();
    let samples = runtime.block_on(async { clients.run_until(async { samples.await.expect("samples") }).await });
    runtime.block_on(clients);
    report(&counts, &samples, start.elapsed());
}

/// Prints the figures, and fails if memory grew or requests failed.
fn report(counts: &Counts, samples: &[f64], took: Duration) {
    let third = samples.len() / 3;
    let mean = |samples: &[f64]| samples.iter().sum::<f64>() / samples.len() as f64;
    let [first, middle, last] = [&samples[..third], &samples[third..2 * third], &samples[2 * third..]].map(mean);
    let most = samples.iter().copied().fold(0.0, f64::max);
    println!(
        "{} requests in {:.0} s; {} sessions, {} tasks, {} cancelled calls, {} rude requests; {} errors",
        counts.sent.get(),
        took.as_secs_f64(),
        counts.sessions.get(),
        counts.tasks.get(),
        counts.cancelled.get(),
        counts.rude.get(),
        counts.errors.get()
    );
    println!("private memory, MB: first third {first:.1}, second {middle:.1}, last {last:.1}, most {most:.1}");
    assert_eq!(counts.errors.get(), 0, "requests failed");
    assert!(last < middle * 1.05 + 0.5, "memory grows");
}

/// The memory that is the process's own, in megabytes.
fn private(id: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or(f64::NAN) / 1e3
}

/// A client that does what a client should.
struct Client {
    server: SocketAddr,
    connection: Option<TcpStream>,
    counts: Rc<Counts>,
    session: Option<String>,
    random: Random,
}

impl Client {
    fn new(server: SocketAddr, number: u64, counts: &Rc<Counts>) -> Self {
        Client { server, connection: None, counts: Rc::clone(counts), session: None, random: Random(number * 7919 + 1) }
    }

    async fn run(mut self, requests: u64) {
        while self.counts.sent.get() < requests {
            match self.random.below(1000) {
                0..300 => self.call("2025-11-25").await,
                300..600 => self.call("2026-07-28").await,
                600..800 => self.in_session().await,
                800..860 => self.batch().await,
                860..960 => self.list().await,
                960..990 => self.task().await,
                990..996 => self.cancel().await,
                _ => self.leave().await,
            }
        }
    }

    /// Sends a message; its answer, and the id of a session that begins.
    async fn send(&mut self, revision: &str, body: &Value) -> (Value, Option<String>) {
        add(&self.counts.sent, 1);
        let request = self.request("POST", revision, &body.to_string());
        let answer = self.exchange(&request).await;
        let Some((status, head, body)) = answer else {
            add(&self.counts.errors, 1);
            return (Value::Null, None);
        };
        if !(200..300).contains(&status) {
            println!("{status} {body} to {request}");
            add(&self.counts.errors, 1);
        }
        let session = head
            .lines()
            .find_map(|line| line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("mcp-session-id")));
        let json = body.lines().find_map(|line| line.strip_prefix("data: {").map(|rest| format!("{{{rest}")));
        let body = serde_json::from_str(&json.unwrap_or(body)).unwrap_or_default();
        (body, session.map(|(_, id)| id.to_owned()))
    }

    fn request(&self, http: &str, revision: &str, body: &str) -> String {
        let message: Value = serde_json::from_str(body).unwrap_or_default();
        let method = message["method"].as_str().unwrap_or_default();
        let mut headers = String::new();
        if revision == "2026-07-28" {
            let name = message["params"]["name"].as_str().or(message["params"]["taskId"].as_str()).unwrap_or_default();
            headers = format!("Mcp-Method: {method}\r\nMcp-Name: {name}\r\n");
        } else if let Some(session) = &self.session {
            headers = format!("Mcp-Session-Id: {session}\r\n");
        }
        format!(
            "{http} /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/json, \
             text/event-stream\r\nMCP-Protocol-Version: {revision}\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    async fn exchange(&mut self, request: &str) -> Option<(u16, String, String)> {
        if self.connection.is_none() {
            self.connection = TcpStream::connect(self.server).await.ok();
        }
        let answer = exchange(self.connection.as_mut()?, request).await;
        if answer.is_none() {
            self.connection = None;
        }
        answer
    }

    async fn call(&mut self, revision: &str) {
        let session = self.session.take();
        let text = "x".repeat(self.random.below(64) as usize);
        let (answer, _) = self.send(revision, &call(revision, "echo", json!({ "text": text }))).await;
        self.expect(answer["result"]["content"][0]["text"] == text.as_str(), &answer);
        self.session = session;
    }

    async fn in_session(&mut self) {
        if self.session.is_none() {
            let revision = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"][self.random.below(4) as usize];
            let begin = json!({ "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
                "protocolVersion": revision, "capabilities": { "roots": {} }, "clientInfo": { "name": "soak", "version": "1" }
            } });
            let (answer, session) = self.send(revision, &begin).await;
            self.expect(session.is_some(), &answer);
            self.session = session;
            add(&self.counts.sessions, 1);
        }
        let tool = if self.random.below(4) == 0 { "report" } else { "count" };
        let mut body = call("2025-11-25", tool, json!({}));
        body["params"]["_meta"] = json!({ "progressToken": "token" });
        let (answer, _) = self.send("2025-11-25", &body).await;
        self.expect(answer.is_object(), &answer);
        match self.random.below(40) {
            // Half of the sessions are ended, half are left.
            0 => {
                add(&self.counts.sent, 1);
                let request = self.request("DELETE", "2025-11-25", "");
                let answer = self.exchange(&request).await;
                self.expect(answer.is_some_and(|(status, ..)| status == 204), &Value::Null);
                self.session = None;
            }
            1 => self.session = None,
            _ => {}
        }
    }

    async fn batch(&mut self) {
        let session = self.session.take();
        let messages: Vec<_> = (0..5).map(|_| call("2025-03-26", "echo", json!({ "text": "batch" }))).collect();
        let (answer, _) = self.send("2025-03-26", &Value::from(messages)).await;
        self.expect(answer.as_array().is_some_and(|answers| answers.len() == 5), &answer);
        self.session = session;
    }

    async fn list(&mut self) {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
        let (answer, _) = self.send("2025-11-25", &body).await;
        self.expect(answer["result"]["tools"].is_array(), &answer);
    }

    /// Begins a task, looks at it, and cancels every other one.
    async fn task(&mut self) {
        let seconds = if self.random.below(2) == 0 { 0.0 } else { 30.0 };
        let body = with_tasks(call("2026-07-28", "slow_compute", json!({ "seconds": seconds, "label": "soak" })));
        let (answer, _) = self.send("2026-07-28", &body).await;
        let id = answer["result"]["taskId"].as_str().unwrap_or_default().to_owned();
        self.expect(!id.is_empty(), &answer);
        add(&self.counts.tasks, 1);
        let methods = if seconds > 0.0 { &["tasks/get", "tasks/cancel"][..] } else { &["tasks/get"] };
        for method in methods {
            let mut body = call("2026-07-28", "", json!({}));
            body["method"] = (*method).into();
            body["params"] = json!({ "taskId": id, "_meta": body["params"]["_meta"] });
            let (answer, _) = self.send("2026-07-28", &with_tasks(body)).await;
            self.expect(answer["result"].is_object(), &answer);
        }
    }

    /// Cancels a call that waits, from another connection.
    async fn cancel(&mut self) {
        if self.session.is_none() {
            return;
        }
        let mut body = call("2025-11-25", "wait", json!({ "millis": 60_000 }));
        body["id"] = self.random.below(1 << 40).into();
        let request = self.request("POST", "2025-11-25", &body.to_string());
        let Ok(mut waiting) = TcpStream::connect(self.server).await else { return };
        if waiting.write_all(request.as_bytes()).await.is_err() {
            return;
        }
        let params = json!({ "requestId": body["id"] });
        let cancel = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled", "params": params });
        add(&self.counts.sent, 1);
        add(&self.counts.cancelled, 1);
        // A cancellation that overtakes its call is ignored, so it is sent again.
        for _ in 0..100 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            self.send("2025-11-25", &cancel).await;
            let ended = tokio::time::timeout(Duration::from_millis(200), read_answer(&mut waiting)).await;
            if ended.is_ok() {
                return;
            }
        }
        self.expect(false, &json!("a cancelled call goes on"));
    }

    /// Goes away while a call of 2026-07-28 waits, which ends with its client.
    async fn leave(&mut self) {
        let body = call("2026-07-28", "wait", json!({ "millis": 60_000 }));
        let request = self.request("POST", "2026-07-28", &body.to_string());
        let Ok(mut waiting) = TcpStream::connect(self.server).await else { return };
        if waiting.write_all(request.as_bytes()).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(2)).await;
            add(&self.counts.sent, 1);
            add(&self.counts.cancelled, 1);
        }
    }

    fn expect(&self, is_right: bool, answer: &Value) {
        if !is_right {
            println!("unexpected: {answer}");
            add(&self.counts.errors, 1);
        }
    }
}

fn call(revision: &str, tool: &str, arguments: Value) -> Value {
    let mut params = json!({ "name": tool, "arguments": arguments });
    if revision == "2026-07-28" {
        params["_meta"] = json!({
            "io.modelcontextprotocol/protocolVersion": revision,
            "io.modelcontextprotocol/clientCapabilities": {},
        });
    }
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params })
}

/// A request of a client that has tasks.
fn with_tasks(mut body: Value) -> Value {
    body["params"]["_meta"]["io.modelcontextprotocol/clientCapabilities"] =
        json!({ "extensions": { "io.modelcontextprotocol/tasks": {} } });
    body
}

/// Sends a request, and reads its answer: status, head and body. `None` if the connection ends.
async fn exchange(stream: &mut TcpStream, request: &str) -> Option<(u16, String, String)> {
    stream.write_all(request.as_bytes()).await.ok()?;
    read_answer(stream).await
}

async fn read_answer(stream: &mut TcpStream) -> Option<(u16, String, String)> {
    let (mut text, mut buffer) = (Vec::new(), vec![0; 64 * 1024]);
    loop {
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        text.extend_from_slice(&buffer[..read]);
        let answer = std::str::from_utf8(&text).ok()?;
        let Some((head, body)) = answer.split_once("\r\n\r\n") else { continue };
        let status = head.split(' ').nth(1)?.parse().ok()?;
        let header = |wanted: &str| {
            head.lines().find_map(|line| line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case(wanted)))
        };
        let is_whole = match header("content-length").and_then(|(_, length)| length.parse::<usize>().ok()) {
            Some(length) => body.len() >= length,
            None => header("transfer-encoding").is_none() || body.ends_with("0\r\n\r\n"),
        };
        if is_whole {
            return Some((status, head.to_owned(), body.to_owned()));
        }
    }
}

/// Sends what no server wants, and goes.
async fn be_rude(server: SocketAddr, number: u64, counts: Rc<Counts>, requests: u64) {
    let mut random = Random(number + 1000);
    let head =
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: application/json\r\n";
    while counts.sent.get() < requests {
        let Ok(mut stream) = TcpStream::connect(server).await else { continue };
        let request = match random.below(7) {
            0 => head.to_owned(),
            1 => format!("{head}Content-Length: 100000\r\n\r\n{{\"jsonrpc\""),
            2 => format!("{head}Content-Length: 5\r\n\r\n[[[[["),
            3 => format!("{head}Content-Length: 300000\r\n\r\n{}", "[".repeat(300_000)),
            4 => "\u{0}\u{1}garbage\r\n\r\n".to_owned(),
            5 => format!("{head}Transfer-Encoding: chunked\r\n\r\nfffff\r\n{}", "x".repeat(10_000)),
            // Asks for lists, and reads nothing.
            _ => {
                let list = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;
                format!("{head}Content-Length: {}\r\n\r\n{list}", list.len()).repeat(20)
            }
        };
        let _ = tokio::time::timeout(Duration::from_millis(200), stream.write_all(request.as_bytes())).await;
        tokio::time::sleep(Duration::from_millis(random.below(20))).await;
        add(&counts.rude, 1);
    }
}

/// Numbers that look random, the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
