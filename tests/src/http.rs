//! HTTP by hand: requests go out as they are written, responses come back as they are.

use crate::recording::{Headers, Response};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A connection to a server under test.
#[derive(Debug)]
pub struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    ///
    /// When nobody listens.
    pub fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        Ok(Connection { stream: BufReader::new(stream) })
    }

    /// Sends a request; `Content-Length` is added if there is a body and no header frames it.
    ///
    /// # Errors
    ///
    /// When the connection breaks.
    pub fn send(&mut self, method: &str, path: &str, headers: &Headers, body: &[u8]) -> io::Result<()> {
        let framed = ["Content-Length", "Transfer-Encoding"].iter().any(|name| headers.get(name).is_some());
        let mut head = format!("{method} {path} HTTP/1.1\r\n");
        for (name, value) in &headers.0 {
            head += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() && !framed {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        let request = [head.as_bytes(), b"\r\n", body].concat();
        self.stream.get_mut().write_all(&request)
    }

    /// Reads a response; an interim one (`100 Continue`) is passed over.
    ///
    /// # Errors
    ///
    /// When the connection breaks, or nothing comes.
    pub fn receive(&mut self) -> io::Result<Response> {
        loop {
            let response = self.receive_one()?;
            if response.status >= 200 {
                return Ok(response);
            }
        }
    }

    fn receive_one(&mut self) -> io::Result<Response> {
        let mut response = self.head()?;
        self.body(&mut response)?;
        Ok(response)
    }

    /// Reads the body of a response that has its head.
    ///
    /// # Errors
    ///
    /// When the connection breaks, or nothing comes.
    pub fn body(&mut self, response: &mut Response) -> io::Result<()> {
        let mut body = Vec::new();
        if let Some(length) = response.headers.get("Content-Length").and_then(|length| length.parse().ok()) {
            body.resize(length, 0);
            self.stream.read_exact(&mut body)?;
        } else if response.headers.get("Transfer-Encoding").is_some() {
            while let Some(chunk) = self.chunk()? {
                body.extend(chunk);
            }
        }
        response.body = String::from_utf8_lossy(&body).into_owned();
        Ok(())
    }

    /// Reads the head of a response, and leaves its body.
    ///
    /// # Errors
    ///
    /// When the connection breaks, or nothing comes.
    pub fn head(&mut self) -> io::Result<Response> {
        let status_line = self.line()?;
        let status = status_line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status: u16 = status.ok_or_else(|| io::Error::other(format!("no status in {status_line:?}")))?;
        let mut headers = Headers::default();
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else { break };
            headers.0.push((name.to_owned(), value.trim().to_owned()));
        }
        Ok(Response { status, headers, body: String::new() })
    }

    /// Reads the next chunk of a body; `None` after the last.
    ///
    /// # Errors
    ///
    /// When the connection breaks, or nothing comes.
    pub fn chunk(&mut self) -> io::Result<Option<Vec<u8>>> {
        let length = usize::from_str_radix(&self.line()?, 16).map_err(io::Error::other)?;
        let mut chunk = vec![0; length];
        self.stream.read_exact(&mut chunk)?;
        self.line()?;
        Ok(Some(chunk).filter(|chunk| !chunk.is_empty()))
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    ///
    /// When the connection breaks.
    pub fn send_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    /// Reads a stream of events to its end: the data of each, as it comes.
    ///
    /// # Errors
    ///
    /// When the response is none, or the connection breaks.
    pub fn receive_events(&mut self, mut event: impl FnMut(&str)) -> io::Result<()> {
        self.head()?;
        while let Some(chunk) = self.chunk()? {
            // One event comes in one piece.
            for line in String::from_utf8_lossy(&chunk).lines() {
                if let Some(data) = line.strip_prefix("data: ") {
                    event(data);
                }
            }
        }
        Ok(())
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }
}

/// Sends one request on a connection of its own, and reads the response.
///
/// # Panics
///
/// When there is none.
pub fn exchange(address: SocketAddr, method: &str, path: &str, headers: &Headers, body: &[u8]) -> Response {
    let mut connection = Connection::open(address).expect("the server listens");
    connection.send(method, path, headers, body).expect("the request goes out");
    connection.receive().expect("a response comes")
}
