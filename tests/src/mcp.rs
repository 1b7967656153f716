//! Clients of `/mcp` by hand: requests go out as they are written, and events come back as they are.

use crate::http::{Connection, exchange};
use crate::recording::{Headers, Response};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;

/// The path of the endpoint.
pub const PATH: &str = "/mcp";

/// A client, with the headers that it always sends.
#[derive(Clone, Debug)]
pub struct Client {
    /// The server.
    pub server: SocketAddr,
    /// The revision it speaks.
    pub revision: &'static str,
    /// Its session, if it has one.
    pub session: Option<String>,
}

/// An event of a stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event {
    /// Its id, if it has one.
    pub id: Option<String>,
    /// The time after which the client should come back, if it says so.
    pub retry: Option<String>,
    /// The message; null if it has none.
    pub message: Value,
}

/// What a response is: all at once, or a stream.
#[derive(Debug)]
pub enum Answer {
    /// All at once.
    Whole(Response),
    /// A stream of events.
    Stream(Stream),
}

/// An open stream. When it is dropped, the client has gone.
#[derive(Debug)]
pub struct Stream {
    connection: Connection,
    unread: String,
    events: VecDeque<Event>,
}

impl Client {
    /// A client that begins a session, of revisions that have a handshake; without one if the server gives none.
    ///
    /// # Panics
    ///
    /// When the server refuses.
    pub fn initialize(server: SocketAddr, revision: &'static str, capabilities: &Value) -> Self {
        let mut client = Client { server, revision, session: None };
        let client_info = json!({ "name": "test", "version": "1" });
        let params = json!({ "protocolVersion": revision, "capabilities": capabilities, "clientInfo": client_info });
        let Answer::Whole(response) = client.request(&json!(0), "initialize", params) else {
            panic!("a stream came");
        };
        assert_eq!(response.status, 200, "{}", response.body);
        client.session = response.headers.get("Mcp-Session-Id").map(str::to_owned);
        let initialized = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        assert_eq!(client.post(&initialized).whole().status, 202);
        client
    }

    /// A client of 2026-07-28.
    pub fn stateless(server: SocketAddr) -> Self {
        Client { server, revision: "2026-07-28", session: None }
    }

    fn headers(&self, more: &[(&str, &str)]) -> Headers {
        let host = self.server.to_string();
        let mut headers = vec![("Host", host.as_str()), ("MCP-Protocol-Version", self.revision)];
        headers.extend(self.session.as_deref().map(|session| ("Mcp-Session-Id", session)));
        headers.extend(more);
        Headers(headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// Sends a message.
    pub fn post(&self, message: &Value) -> Answer {
        let method = message["method"].as_str().unwrap_or_default();
        let name = ["name", "uri"].iter().find_map(|member| message["params"][member].as_str()).unwrap_or_default();
        let mut more = vec![("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")];
        if self.revision == "2026-07-28" {
            more.extend([("Mcp-Method", method), ("Mcp-Name", name)]);
        }
        self.open("POST", &more, message.to_string().as_bytes())
    }

    /// Sends a request.
    pub fn request(&self, id: &Value, method: &str, mut params: Value) -> Answer {
        if self.revision == "2026-07-28" {
            params["_meta"]["io.modelcontextprotocol/protocolVersion"] = self.revision.into();
            params["_meta"]["io.modelcontextprotocol/clientCapabilities"] = json!({});
        }
        self.post(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))
    }

    /// Calls a tool; it is told of progress.
    pub fn call(&self, id: impl Into<Value>, tool: &str, arguments: Value) -> Answer {
        let id = id.into();
        let params = json!({ "name": tool, "arguments": arguments, "_meta": { "progressToken": id } });
        self.request(&id, "tools/call", params)
    }

    /// Calls a tool that answers at once, and gives what it says.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub fn say(&self, tool: &str, arguments: Value) -> String {
        let answer = self.call(1000, tool, arguments).last();
        let text = answer["result"]["content"].as_array().and_then(|content| content.first());
        text.and_then(|text| text["text"].as_str()).unwrap_or_default().to_owned()
    }

    /// Sends a notification.
    ///
    /// # Panics
    ///
    /// When it is not taken.
    pub fn notify(&self, method: &str, params: &Value) {
        let response = self.post(&json!({ "jsonrpc": "2.0", "method": method, "params": params })).whole();
        assert_eq!((response.status, response.body.as_str()), (202, ""));
    }

    /// Listens on the stream of the session, from the event of that id on if there is one.
    pub fn get(&self, last_event: Option<&str>) -> Answer {
        let mut more = vec![("Accept", "text/event-stream")];
        more.extend(last_event.map(|id| ("Last-Event-ID", id)));
        self.open("GET", &more, b"")
    }

    /// Ends the session.
    pub fn delete(&self) -> Response {
        exchange(self.server, "DELETE", PATH, &self.headers(&[]), b"")
    }

    /// Sends a request with these headers besides its own.
    ///
    /// # Panics
    ///
    /// When no response comes.
    pub fn open(&self, method: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut connection = Connection::open(self.server).expect("the server listens");
        connection.send(method, PATH, &self.headers(headers), body).expect("the request goes out");
        let mut response = connection.head().expect("a response comes");
        if response.headers.get("Content-Type") == Some("text/event-stream") {
            return Answer::Stream(Stream { connection, unread: String::new(), events: VecDeque::new() });
        }
        connection.body(&mut response).expect("its body comes");
        Answer::Whole(response)
    }
}

impl Answer {
    /// The stream.
    ///
    /// # Panics
    ///
    /// When it is none.
    #[track_caller]
    pub fn stream(self) -> Stream {
        match self {
            Answer::Stream(stream) => stream,
            Answer::Whole(response) => panic!("no stream: {response:?}"),
        }
    }

    /// The response.
    ///
    /// # Panics
    ///
    /// When it is a stream.
    #[track_caller]
    pub fn whole(self) -> Response {
        match self {
            Answer::Whole(response) => response,
            Answer::Stream(stream) => panic!("a stream: {stream:?}"),
        }
    }

    /// The last message, whichever it is.
    ///
    /// # Panics
    ///
    /// When there is none.
    #[track_caller]
    pub fn last(self) -> Value {
        match self {
            Answer::Whole(response) => serde_json::from_str(&response.body).expect("JSON"),
            Answer::Stream(stream) => stream.rest().pop().expect("an event").message,
        }
    }
}

impl Stream {
    fn try_next(&mut self) -> io::Result<Option<Event>> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Ok(Some(event));
            }
            let Some(chunk) = self.connection.chunk()? else { return Ok(None) };
            self.unread += &String::from_utf8(chunk).map_err(io::Error::other)?;
            while let Some(end) = self.unread.find("\n\n") {
                let text: String = self.unread.drain(..end + 2).collect();
                self.events.extend(read(&text));
            }
        }
    }

    /// The message of the next event that has one.
    ///
    /// # Panics
    ///
    /// When the stream ends before.
    pub fn message(&mut self) -> Value {
        loop {
            let event = self.next().expect("an event");
            if !event.message.is_null() {
                return event.message;
            }
        }
    }

    /// All events until the end.
    pub fn rest(self) -> Vec<Event> {
        self.collect()
    }
}

/// The events, until the stream ends. It panics when the connection breaks, or nothing comes.
impl Iterator for Stream {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        self.try_next().expect("an event, or the end")
    }
}

/// An event; `None` if it is a comment.
fn read(text: &str) -> Option<Event> {
    let mut event = Event::default();
    let mut is_event = false;
    for line in text.lines() {
        match line.split_once(':').map(|(name, value)| (name, value.trim_start())) {
            Some(("id", id)) => event.id = Some(id.to_owned()),
            Some(("retry", millis)) => event.retry = Some(millis.to_owned()),
            Some(("data", "")) => is_event = true,
            Some(("data", json)) => {
                event.message = serde_json::from_str(json).expect("JSON");
                is_event = true;
            }
            Some(("event", "message") | ("", "")) => {}
            None if line.is_empty() => {}
            _ => panic!("a line that no event has: {line:?}"),
        }
    }
    is_event.then_some(event)
}
