//! A client that starts an app and speaks MCP with it over its standard input and output.

use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a message may take.
const PATIENCE: Duration = Duration::from_secs(20);
const VERSION: &str = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";

/// A client with its app, which is ended when the client is dropped.
pub(crate) struct Client {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    stderr: Option<JoinHandle<String>>,
    /// The `_meta` of each request; null for a client that has shaken hands.
    meta: Value,
}

/// How an app ended: its status, the messages that came last, and what it wrote to standard error.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) messages: Vec<Value>,
    pub(crate) stderr: String,
}

impl Client {
    /// Starts a program.
    pub(crate) fn start(program: &str, environment: &[(&str, &str)]) -> Self {
        let mut command = Command::new(program);
        command.arg("stdio").env_remove("FUNCTIONS_CUSTOMHANDLER_PORT").envs(environment.iter().copied());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (input, output) = (child.stdin.take(), BufReader::new(child.stdout.take().unwrap()));
        let mut stderr = child.stderr.take().unwrap();
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            for line in output.lines() {
                // Whatever is no message fails the test that waits for one.
                let line = line.unwrap();
                let message = serde_json::from_str(&line).unwrap_or_else(|_| panic!("standard output has {line:?}"));
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let stderr = std::thread::spawn(move || {
            let mut text = Vec::new();
            let _ = stderr.read_to_end(&mut text);
            String::from_utf8_lossy(&text).into_owned()
        });
        Client { child, input, messages, stderr: Some(stderr), meta: Value::Null }
    }

    /// Starts a program, and shakes hands in a revision.
    pub(crate) fn initialize(program: &str, revision: &str, capabilities: &Value) -> Self {
        let mut client = Client::start(program, &[]);
        let client_info = json!({ "name": "test", "version": "1" });
        let params = json!({ "protocolVersion": revision, "capabilities": capabilities, "clientInfo": client_info });
        let answer = client.ask(&json!("handshake"), "initialize", params);
        assert_eq!(answer["result"]["protocolVersion"], revision, "{answer}");
        client.notify("notifications/initialized", &json!({}));
        client
    }

    /// Starts a program for a client of 2026-07-28.
    pub(crate) fn stateless(program: &str, capabilities: &Value) -> Self {
        Client::stateless_with(program, &[], capabilities)
    }

    /// Starts a program with variables for a client of 2026-07-28.
    pub(crate) fn stateless_with(program: &str, environment: &[(&str, &str)], capabilities: &Value) -> Self {
        let mut client = Client::start(program, environment);
        client.meta = json!({ VERSION: "2026-07-28", CAPABILITIES: capabilities });
        client
    }

    /// Sends a line as it is.
    pub(crate) fn send_line(&mut self, line: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(&[line, b"\n"].concat()).unwrap();
        input.flush().unwrap();
    }

    pub(crate) fn send(&mut self, message: &Value) {
        self.send_line(message.to_string().as_bytes());
    }

    pub(crate) fn notify(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Sends a request.
    pub(crate) fn request(&mut self, id: &Value, method: &str, mut params: Value) {
        if let (Value::Object(meta), Some(params)) = (&self.meta, params.as_object_mut()) {
            let of_request = params.entry("_meta").or_insert_with(|| json!({}));
            of_request.as_object_mut().unwrap().extend(meta.clone());
        }
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
    }

    /// Sends a request that is answered next.
    pub(crate) fn ask(&mut self, id: &Value, method: &str, params: Value) -> Value {
        self.request(id, method, params);
        let answer = self.next();
        assert_eq!(answer["id"], *id, "{answer}");
        answer
    }

    /// Begins to call a tool; the client is told of progress.
    pub(crate) fn call(&mut self, id: impl Into<Value>, tool: &str, arguments: Value) {
        let id = id.into();
        let params = json!({ "name": tool, "arguments": arguments, "_meta": { "progressToken": id } });
        self.request(&id, "tools/call", params);
    }

    /// Calls a tool that is answered next, and gives what it says.
    pub(crate) fn say(&mut self, tool: &str, arguments: Value) -> String {
        let answer = self.ask(&json!("say"), "tools/call", json!({ "name": tool, "arguments": arguments }));
        answer["result"]["content"][0]["text"].as_str().unwrap_or_else(|| panic!("no text: {answer}")).to_owned()
    }

    /// The next message.
    #[track_caller]
    pub(crate) fn next(&self) -> Value {
        self.messages.recv_timeout(PATIENCE).expect("a message")
    }

    /// Closes standard input, and waits for the end.
    pub(crate) fn close(mut self) -> Ended {
        drop(self.input.take());
        self.ended()
    }

    /// Sends a signal, and waits for the end.
    #[cfg(unix)]
    pub(crate) fn signal(mut self, name: &str) -> Ended {
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.child.id())]).status();
        assert!(sent.unwrap().success());
        self.ended()
    }

    fn ended(&mut self) -> Ended {
        let start = Instant::now();
        let mut messages = Vec::new();
        loop {
            match self.messages.recv_timeout(PATIENCE) {
                Ok(message) => messages.push(message),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end: {messages:?}"),
            }
        }
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(start.elapsed() < PATIENCE, "it does not end");
            std::thread::sleep(Duration::from_millis(5));
        };
        Ended { status, messages, stderr: self.stderr.take().unwrap().join().unwrap() }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
