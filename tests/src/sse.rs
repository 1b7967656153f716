//! The legacy SSE transport by hand.

use crate::http::{Connection, exchange};
use crate::recording::{Headers, Response};
use std::io;
use std::net::SocketAddr;

/// Where the stream is.
pub const SSE: &str = "/runtime/webhooks/mcp/sse";

/// An open stream.
#[derive(Debug)]
pub struct Stream {
    connection: Connection,
    /// The head of the response.
    pub head: Response,
    /// The address to post messages to, as the first event tells it.
    pub address: String,
    server: SocketAddr,
}

impl Stream {
    /// Opens one, and reads its first event.
    ///
    /// # Errors
    ///
    /// When that is not what comes; the response then is in the message.
    pub fn open(server: SocketAddr, path: &str, headers: &[(&str, &str)]) -> io::Result<Self> {
        let mut connection = Connection::open(server)?;
        connection.send("GET", path, &with_host(headers), b"")?;
        let head = connection.head()?;
        if head.status != 200 {
            return Err(io::Error::other(format!("{head:?}")));
        }
        let mut stream = Stream { connection, head, address: String::new(), server };
        let event = stream.event()?.unwrap_or_default();
        let address = event.strip_prefix("event: endpoint\ndata: ").and_then(|rest| rest.strip_suffix("\n\n"));
        stream.address = address.ok_or_else(|| io::Error::other(event.clone()))?.to_owned();
        Ok(stream)
    }

    /// Reads the next event, as it is; `None` when the stream has ended.
    ///
    /// # Errors
    ///
    /// When the connection breaks, or nothing comes.
    pub fn event(&mut self) -> io::Result<Option<String>> {
        let mut event = String::new();
        while !event.ends_with("\n\n") {
            match self.connection.chunk()? {
                Some(chunk) => event += &String::from_utf8(chunk).map_err(io::Error::other)?,
                None => return Ok(None),
            }
        }
        Ok(Some(event))
    }

    /// The path to post messages to.
    pub fn path(&self) -> String {
        format!("/runtime/webhooks/mcp/{}", self.address)
    }

    /// Posts a message, on a connection of its own.
    pub fn post(&self, message: &str) -> Response {
        post(self.server, &self.path(), message)
    }
}

/// Posts a message to a path.
pub fn post(server: SocketAddr, path: &str, message: &str) -> Response {
    let headers = [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")];
    exchange(server, "POST", path, &with_host(&headers), message.as_bytes())
}

fn with_host(headers: &[(&str, &str)]) -> Headers {
    let headers = [("Host", "localhost:7071")].iter().chain(headers);
    Headers(headers.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}
