//! Where a client waits for the browser.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;

pub(crate) struct Callback(TcpListener);

impl Callback {
    pub(crate) fn listen() -> Self {
        Callback(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    /// The address to which the browser is sent.
    pub(crate) fn address(&self) -> String {
        format!("http://{}/", self.0.local_addr().unwrap())
    }

    /// Waits for the browser: the whole address to which it was sent.
    pub(crate) fn wait(&self) -> String {
        loop {
            let (stream, _) = self.0.accept().unwrap();
            let mut reader = BufReader::new(stream);
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
            let said = "You may close this page.";
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{said}", said.len());
            let _ = reader.get_mut().write_all(head.as_bytes());
            // Browsers open connections beforehand, and ask for an icon.
            if path.starts_with("/?") {
                return self.address() + &path[1..];
            }
        }
    }
}
