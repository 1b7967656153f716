//! A client that takes what it gets: messages, and connections that it keeps, feeds slowly, or does not read.

use crate::program::{Form, Program};
use std::fmt::Write as _;
use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpSocket;
use tokio::runtime::Runtime;

/// The server's own endpoint.
pub(crate) const MCP: &str = "/mcp";
/// The endpoint of the MCP extension.
pub(crate) const RUNTIME: &str = "/runtime/webhooks/mcp";

/// A request, ready to be sent.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) headers: String,
    pub(crate) body: Vec<u8>,
}

impl Message {
    /// A body for a path.
    pub(crate) fn to(path: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n".to_owned();
        Message { method: "POST", path: path.to_owned(), headers, body: body.into() }
    }

    /// A body of a revision with a handshake.
    pub(crate) fn of(revision: &str, body: impl Into<Vec<u8>>) -> Self {
        Message::to(MCP, body).with("MCP-Protocol-Version", revision)
    }

    /// A request, with the members of `params`.
    pub(crate) fn request(revision: &str, method: &str, params: &str) -> Self {
        Message::of(revision, request(method, params))
    }

    /// A request of 2026-07-28, with the further members of `params` and the capabilities of the client.
    pub(crate) fn stateless(method: &str, name: &str, params: &str, capabilities: &str) -> Self {
        let meta = format!(
            r#""_meta":{{"io.modelcontextprotocol/protocolVersion":"2026-07-28","io.modelcontextprotocol/clientCapabilities":{capabilities}}}"#
        );
        let comma = if params.is_empty() { "" } else { "," };
        let message = Message::request("2026-07-28", method, &format!("{params}{comma}{meta}"));
        let message = message.with("Mcp-Method", method);
        if name.is_empty() { message } else { message.with("Mcp-Name", name) }
    }

    /// A call of a tool, with the members of its arguments, of 2026-07-28.
    pub(crate) fn stateless_call(tool: &str, arguments: &str, capabilities: &str) -> Self {
        let params = format!(r#""name":"{tool}","arguments":{{{arguments}}}"#);
        Message::stateless("tools/call", tool, &params, capabilities)
    }

    /// An invocation as the Functions host sends it.
    pub(crate) fn invocation(server: SocketAddr, function: &str, trigger: &serde_json::Value) -> Self {
        let body = tests::process::invocation(trigger);
        let headers = format!(
            "Host: {server}\r\nX-Azure-Functions-InvocationId: 7b3f1a52-0000-4000-8000-000000000000\r\n\
             User-Agent: Azure-Functions-Host/4.1037.0.0\r\nContent-Type: application/json; charset=utf-8\r\n"
        );
        Message { method: "POST", path: format!("/{function}"), headers, body: body.into_bytes() }
    }

    /// A request without a body.
    pub(crate) fn get(path: &str) -> Self {
        let headers = "Accept: text/event-stream\r\n".to_owned();
        Message { method: "GET", path: path.to_owned(), headers, body: Vec::new() }
    }

    /// With a header more.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        let _ = write!(self.headers, "{name}: {value}\r\n");
        self
    }

    /// Within a session.
    pub(crate) fn within(self, session: &str) -> Self {
        self.with("Mcp-Session-Id", session)
    }

    /// The head of the request, of a body of that length.
    pub(crate) fn head(&self, server: SocketAddr, framing: &str) -> String {
        let Message { method, path, headers, .. } = self;
        let host = if headers.contains("Host: ") { String::new() } else { format!("Host: {server}\r\n") };
        format!("{method} {path} HTTP/1.1\r\n{host}{headers}{framing}\r\n\r\n")
    }

    fn bytes(&self, server: SocketAddr) -> Vec<u8> {
        [self.head(server, &format!("Content-Length: {}", self.body.len())).as_bytes(), &self.body].concat()
    }
}

/// A JSON-RPC request, with the members of `params`.
pub(crate) fn request(method: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{{{params}}}}}"#)
}

/// A JSON-RPC call of a tool, with the members of its arguments.
pub(crate) fn call(tool: &str, arguments: &str) -> String {
    request("tools/call", &format!(r#""name":"{tool}","arguments":{{{arguments}}}"#))
}

/// A connection of one client.
pub(crate) struct Connection {
    stream: TcpStream,
    server: SocketAddr,
    /// What was read, and belongs to the next response.
    unread: Vec<u8>,
}

/// What came back, without most of its body.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    /// The beginning of the body.
    pub(crate) start: String,
    /// How long the body was, in bytes.
    pub(crate) length: usize,
}

impl Answer {
    /// A header, as it is.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find_map(|(header, value)| header.eq_ignore_ascii_case(name).then(|| value.trim()))
    }
}

/// How much of a body is kept, in bytes.
const KEPT: usize = 64 * 1024;
/// How long a client waits for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Connects sockets that have an address of their own.
static SOCKETS: LazyLock<Runtime> =
    LazyLock::new(|| tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap());

impl Connection {
    /// Connects from an address of this machine.
    pub(crate) fn open(from: Ipv4Addr, server: SocketAddr) -> io::Result<Self> {
        let stream = SOCKETS.block_on(async {
            let socket = TcpSocket::new_v4()?;
            socket.set_reuseaddr(true)?;
            socket.bind(SocketAddr::new(IpAddr::V4(from), 0))?;
            tokio::time::timeout(PATIENCE, socket.connect(server)).await?
        })?;
        let stream = stream.into_std()?;
        stream.set_nonblocking(false)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        Ok(Connection { stream, server, unread: Vec::new() })
    }

    /// Sends a message.
    pub(crate) fn send(&mut self, message: &Message) -> io::Result<()> {
        self.stream.write_all(&message.bytes(self.server))
    }

    /// Sends bytes as they are.
    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Reads an answer to its end.
    pub(crate) fn receive(&mut self) -> io::Result<Answer> {
        let mut answer = self.receive_head()?;
        if let Some(length) = answer.header("Content-Length").map(|length| length.parse().unwrap()) {
            self.take(length, &mut answer)?;
        } else if answer.header("Transfer-Encoding").is_some() {
            loop {
                let line = self.line()?;
                let length = usize::from_str_radix(line.trim(), 16).map_err(io::Error::other)?;
                self.take(length, &mut answer)?;
                self.line()?;
                if length == 0 {
                    break;
                }
            }
        }
        Ok(answer)
    }

    /// Reads the head of an answer, and leaves its body.
    pub(crate) fn receive_head(&mut self) -> io::Result<Answer> {
        let mut answer = Answer::default();
        loop {
            let line = self.line()?;
            if line == "\r\n" {
                break;
            }
            answer.head += &line;
        }
        answer.status = answer.head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        Ok(answer)
    }

    /// Sends a message, and reads the answer.
    pub(crate) fn exchange(&mut self, message: &Message) -> io::Result<Answer> {
        // One that is refused halfway has its answer nevertheless.
        let sent = self.send(message);
        self.receive().map_err(|error| sent.err().unwrap_or(error))
    }

    /// A line of an event stream or a head, with its end.
    pub(crate) fn line(&mut self) -> io::Result<String> {
        loop {
            if let Some(end) = self.unread.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.unread.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).into_owned());
            }
            self.fill()?;
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut piece = [0; 64 * 1024];
        match self.stream.read(&mut piece)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            read => {
                self.unread.extend_from_slice(&piece[..read]);
                Ok(())
            }
        }
    }

    /// Reads so many bytes of a body.
    fn take(&mut self, mut length: usize, answer: &mut Answer) -> io::Result<()> {
        answer.length += length;
        while length > 0 {
            if self.unread.is_empty() {
                self.fill()?;
            }
            let piece = length.min(self.unread.len());
            let kept = piece.min(KEPT.saturating_sub(answer.start.len()));
            answer.start += &String::from_utf8_lossy(&self.unread[..kept]);
            self.unread.drain(..piece);
            length -= piece;
        }
        Ok(())
    }

    /// Says that nothing more comes.
    pub(crate) fn shut(&self) {
        let _ = self.stream.shutdown(Shutdown::Write);
    }
}

/// The attacker of a program.
pub(crate) struct Attacker {
    pub(crate) server: SocketAddr,
    pub(crate) form: Form,
}

impl Attacker {
    pub(crate) fn of(program: &Program) -> Self {
        Attacker { server: program.app.address, form: program.form }
    }

    /// The endpoints of the program.
    pub(crate) fn endpoints(&self) -> Vec<&'static str> {
        if self.form.has_runtime() { vec![MCP, RUNTIME] } else { vec![MCP] }
    }

    /// A new connection from one of many addresses.
    pub(crate) fn connect_from(&self, number: usize) -> io::Result<Connection> {
        Connection::open(Ipv4Addr::new(127, 1, (number / 250) as u8, (number % 250) as u8 + 1), self.server)
    }

    /// A new connection.
    pub(crate) fn connect(&self) -> io::Result<Connection> {
        Connection::open(Ipv4Addr::LOCALHOST, self.server)
    }

    /// Sends a message on a connection of its own, and reads the answer; an error is an answer too.
    pub(crate) fn post(&self, message: &Message) -> Answer {
        self.connect().and_then(|mut connection| connection.exchange(message)).unwrap_or_default()
    }

    /// The same, where the attack makes no sense unless it is answered.
    #[track_caller]
    pub(crate) fn works(&self, message: &Message) -> Answer {
        let answer = self.post(message);
        assert_eq!(answer.status, 200, "{answer:?}");
        assert!(!answer.start.contains(r#""error":"#), "{answer:?}");
        answer
    }

    /// Sends a message, and leaves the answer unread.
    pub(crate) fn leave(&self, message: &Message) -> io::Result<Connection> {
        let mut connection = self.connect()?;
        connection.send(message)?;
        Ok(connection)
    }

    /// The id of a new session.
    #[track_caller]
    pub(crate) fn initialize(&self, revision: &str, capabilities: &str) -> String {
        let answer = self.works(&initialize(revision, capabilities));
        answer.header("Mcp-Session-Id").expect("a session").to_owned()
    }

    /// Sends messages on so many connections, as fast as they are answered; how many were answered with 200.
    pub(crate) fn flood(&self, connections: usize, count: usize, message: impl Fn(usize) -> Message + Sync) -> usize {
        let (next, taken) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let end = Instant::now() + Duration::from_secs(if crate::is_full() { 60 } else { 3 });
        std::thread::scope(|scope| {
            for _ in 0..connections {
                scope.spawn(|| {
                    let mut connection = None;
                    while let number = next.fetch_add(1, Ordering::Relaxed)
                        && number < count
                        && Instant::now() < end
                    {
                        let open = connection.take().map_or_else(|| self.connect(), Ok);
                        let exchanged = open.and_then(|mut open| Ok((open.exchange(&message(number))?, open)));
                        if let Ok((answer, open)) = exchanged {
                            let is_closed = answer.header("Connection").is_some_and(|value| value == "close");
                            connection = (!is_closed).then_some(open);
                            if answer.status == 200 && !answer.start.contains(r#""error":{"#) {
                                taken.fetch_add(1, Ordering::Relaxed);
                            }
                        }
                    }
                });
            }
        });
        taken.into_inner()
    }
}

/// The beginning of a session, with the capabilities of the client.
pub(crate) fn initialize(revision: &str, capabilities: &str) -> Message {
    let params = format!(
        r#""protocolVersion":"{revision}","capabilities":{capabilities},"clientInfo":{{"name":"x","version":"1"}}"#
    );
    Message::to(MCP, request("initialize", &params))
}

/// A text of so many bytes.
pub(crate) fn text(bytes: usize) -> String {
    "x".repeat(bytes)
}
