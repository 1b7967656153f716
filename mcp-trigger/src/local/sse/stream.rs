//! What runs for each stream: it sends events, asks the client from time to time whether it is there, and ends the stream.

use bytes::Bytes;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

/// What comes out of a session.
pub(super) enum Outgoing {
    /// An event to send.
    Event(Bytes),
    /// The client answered a ping.
    Pong { id: Option<u64>, is_error: bool },
    /// The client said something that needs no answer.
    Nothing,
}

/// How long a stream waits for what.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// Before a ping: from the beginning, and from the answer to the one before. If one is not answered there is no other.
    ping: Duration,
    /// For a client of which nothing is heard, not even the answer to a ping.
    idle: Duration,
    /// For a client that does not take an event.
    unread: Duration,
}

impl Default for Patience {
    /// Pings as the extension sends them. It waits for ever otherwise, which somebody could use up all memory with.
    fn default() -> Self {
        Patience { ping: Duration::from_secs(25), idle: Duration::from_secs(60 * 60), unread: Duration::from_secs(60) }
    }
}

/// Runs a stream, and tells why it ended. What is sent to `client` goes to it at once.
pub(super) async fn run(
    mut outbox: mpsc::Receiver<Outgoing>,
    client: mpsc::Sender<Bytes>,
    address: String,
    patience: Patience,
) -> &'static str {
    let mut event = Bytes::from(format!("event: endpoint\ndata: {address}\n\n"));
    let mut pings = Pings { last: 0, next: Some(Instant::now() + patience.ping) };
    let mut heard = Instant::now();
    loop {
        if !event.is_empty()
            && let Err(why) = send(&client, event, patience.unread).await
        {
            return why;
        }
        let idle = heard + patience.idle;
        event = tokio::select! {
            outgoing = outbox.recv() => match outgoing {
                Some(outgoing) => {
                    heard = Instant::now();
                    match outgoing {
                        Outgoing::Event(event) => event,
                        Outgoing::Pong { id, is_error } => {
                            pings.answered(id, is_error, patience.ping);
                            Bytes::new()
                        }
                        Outgoing::Nothing => Bytes::new(),
                    }
                }
                None => return "the server ends",
            },
            () = client.closed() => return GONE,
            () = sleep_until(pings.next.map_or(idle, |ping| ping.min(idle))) => match pings.due() {
                Some(ping) => ping,
                None => return "nothing was heard of the client for too long",
            },
        };
    }
}

const GONE: &str = "the client left";

async fn send(client: &mpsc::Sender<Bytes>, event: Bytes, patience: Duration) -> Result<(), &'static str> {
    // Most clients take events at once, and need no timer.
    let Err(mpsc::error::TrySendError::Full(event)) = client.try_send(event) else { return Ok(()) };
    match timeout(patience, client.send(event)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(GONE),
        Err(_) => Err("the client did not read its events for too long"),
    }
}

struct Pings {
    last: u64,
    /// When the next one goes out; never, if the last one is not answered.
    next: Option<Instant>,
}

impl Pings {
    /// The next one, if its time has come.
    fn due(&mut self) -> Option<Bytes> {
        self.next.take_if(|next| *next <= Instant::now())?;
        self.last += 1;
        let ping =
            format!("event: message\ndata: {{\"method\":\"ping\",\"id\":{},\"jsonrpc\":\"2.0\"}}\n\n", self.last);
        Some(ping.into())
    }

    fn answered(&mut self, id: Option<u64>, is_error: bool, pause: Duration) {
        if self.next.is_none() && id == Some(self.last) && !is_error {
            self.next = Some(Instant::now() + pause);
        }
    }
}
