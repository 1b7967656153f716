//! Clients that send heads and bodies a byte at a time, or stop in the middle.

use crate::attacker::{Attacker, Connection, MCP, Message, RUNTIME};
use crate::{attacks, size};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long the bodies trickle.
fn lasts() -> Duration {
    Duration::from_millis(size(500, 8_000) as u64)
}

/// Begins so many requests with such a body, and feeds each from time to time.
fn trickle(attacker: &Attacker, count: usize, message: &Message, framing: &str, start: &[u8], piece: &[u8]) {
    let head = message.head(attacker.server, framing);
    let begin = || {
        let mut connection = attacker.connect()?;
        connection.send_bytes(head.as_bytes())?;
        connection.send_bytes(start)?;
        std::io::Result::Ok(connection)
    };
    let mut open: Vec<Connection> = (0..count).filter_map(|_| begin().ok()).collect();
    let end = Instant::now() + lasts();
    while Instant::now() < end {
        open.retain_mut(|connection| connection.send_bytes(piece).is_ok());
        sleep(Duration::from_millis(50));
    }
}

/// The messages that a client begins, at each endpoint. Invocations are the host's own, which it sends when it has all of them.
fn messages(attacker: &Attacker) -> Vec<Message> {
    attacker.endpoints().iter().map(|path| Message::to(path, "")).collect()
}

attacks! {
    /// Six are enough where a body has its memory before it comes.
    fn that_say_how_long_they_are(attacker) {
        for message in messages(attacker) {
            trickle(attacker, 6, &message, "Content-Length: 99000000", b"{", b" ");
        }
    }

    /// The same where each is as long as it may be anywhere.
    fn that_are_not_too_long(attacker) {
        for message in messages(attacker) {
            trickle(attacker, size(60, 300), &message, "Content-Length: 16000000", b"{", b" ");
        }
    }

    /// Chunks do not say how many there will be.
    fn in_chunks(attacker) {
        for message in messages(attacker) {
            trickle(attacker, size(60, 300), &message, "Transfer-Encoding: chunked", b"1\r\n{\r\n", b"1\r\n \r\n");
        }
    }

    /// Most of a body comes at once, and its end never.
    fn that_lack_their_end(attacker) {
        let start = vec![b' '; 5_000_000];
        for message in messages(attacker) {
            trickle(attacker, size(80, 120), &message, "Content-Length: 15000000", &start, b"");
        }
    }

    /// Many bodies of the length that needs no memory of its own elsewhere.
    fn that_are_short(attacker) {
        let start = vec![b' '; 60_000];
        for message in messages(attacker) {
            trickle(attacker, size(1_500, 6_000), &message, "Content-Length: 64000", &start, b"");
        }
    }

    /// Connections without a request, and with the half of one.
    fn of_heads(attacker) {
        let head = format!("POST {MCP} HTTP/1.1\r\nHost: localhost\r\nX-A: {}", "a".repeat(30_000));
        let mut open = Vec::new();
        for _ in 0..size(1_500, 6_000) {
            let Ok(mut connection) = attacker.connect() else { continue };
            let _ = connection.send_bytes(head.as_bytes());
            open.push(connection);
        }
        sleep(lasts());
    }

    /// The same of many clients.
    fn of_heads_from_many_addresses(attacker) {
        let head = format!("POST {MCP} HTTP/1.1\r\nHost: localhost\r\nX-A: {}", "a".repeat(32_000));
        let mut open = Vec::new();
        for number in 0..size(2_000, 12_000) {
            let Ok(mut connection) = attacker.connect_from(number % 1_000) else { continue };
            let _ = connection.send_bytes(head.as_bytes());
            open.push(connection);
        }
        sleep(lasts());
    }

    /// The legacy transport has a path for messages of its own.
    fn of_the_legacy_transport(attacker) {
        if !attacker.form.has_runtime() {
            return;
        }
        let mut streams = Vec::new();
        for _ in 0..size(10, 40) {
            let mut stream = attacker.leave(&Message::get(&format!("{RUNTIME}/sse"))).unwrap();
            stream.receive_head().unwrap();
            let address = loop {
                let line = stream.line().unwrap();
                if let Some(address) = line.strip_prefix("data: ") {
                    break address.trim().to_owned();
                }
            };
            streams.push((stream, format!("{RUNTIME}/{address}")));
        }
        let start = vec![b' '; 5_000_000];
        for (_, path) in streams.iter().take(3) {
            trickle(attacker, size(30, 60), &Message::to(path, ""), "Content-Length: 90000000", &start, b" ");
        }
    }
}
