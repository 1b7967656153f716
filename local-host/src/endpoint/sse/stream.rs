//! The task of each stream: sends events, pings the client, and ends the stream.

use bytes::Bytes;
use mcp_trigger_core::mcp::event::event;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};

/// The input of a stream.
pub(super) enum Outgoing {
    /// An event to send.
    Event(Bytes),
    /// The client answered a ping.
    Pong { id: Option<u64>, is_error: bool },
    /// The client sent a message that needs no event.
    Nothing,
}

/// The time limits of a stream.
#[derive(Clone, Copy, Debug)]
pub(super) struct StreamTimeouts {
    /// The pause before a ping, from the start of the stream or the answer to the last ping. Without that answer no
    /// other ping follows.
    ping: Duration,
    /// The limit for a client that sends nothing, not even the answer to a ping.
    idle: Duration,
    /// The limit for a client that does not read an event.
    unread: Duration,
}

impl Default for StreamTimeouts {
    /// Pings are those of the extension. The extension waits without limits, so that clients could use up all memory.
    fn default() -> Self {
        StreamTimeouts {
            ping: Duration::from_secs(25),
            idle: Duration::from_secs(60 * 60),
            unread: Duration::from_secs(60),
        }
    }
}

/// Runs a stream, and gives the reason of its end. Events in `client` are sent at once.
pub(super) async fn run(
    mut outbox: mpsc::Receiver<Outgoing>,
    client: mpsc::Sender<Bytes>,
    address: String,
    patience: StreamTimeouts,
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
    /// The time of the next ping. `None` until the last ping is answered.
    next: Option<Instant>,
}

impl Pings {
    /// The next ping, if its time has come.
    fn due(&mut self) -> Option<Bytes> {
        self.next.take_if(|next| *next <= Instant::now())?;
        self.last += 1;
        Some(event(&format!("{{\"method\":\"ping\",\"id\":{},\"jsonrpc\":\"2.0\"}}", self.last)).into())
    }

    fn answered(&mut self, id: Option<u64>, is_error: bool, pause: Duration) {
        if self.next.is_none() && id == Some(self.last) && !is_error {
            self.next = Some(Instant::now() + pause);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::task::JoinHandle;

    const SECOND: Duration = Duration::from_secs(1);
    const PATIENCE: StreamTimeouts =
        StreamTimeouts { ping: Duration::from_secs(25), idle: Duration::from_secs(100), unread: SECOND };

    struct Stream {
        outbox: mpsc::Sender<Outgoing>,
        client: mpsc::Receiver<Bytes>,
        why: JoinHandle<&'static str>,
        start: Instant,
    }

    /// A stream whose first event was read. The clock stands still, and moves on when everybody waits.
    async fn stream() -> Stream {
        let (outbox, receiver) = mpsc::channel(1);
        let (sender, client) = mpsc::channel(1);
        let why = tokio::spawn(run(receiver, sender, "message?x".to_owned(), PATIENCE));
        let mut stream = Stream { outbox, client, why, start: Instant::now() };
        assert_eq!(stream.next().await, Some((0, "event: endpoint\ndata: message?x\n\n".to_owned())));
        stream
    }

    impl Stream {
        /// The next event, with the second in which it came.
        async fn next(&mut self) -> Option<(u64, String)> {
            let event = self.client.recv().await?;
            Some((self.start.elapsed().as_secs(), String::from_utf8_lossy(&event).into_owned()))
        }

        async fn pong(&self, id: Option<u64>, is_error: bool) {
            self.outbox.send(Outgoing::Pong { id, is_error }).await.ok().unwrap();
        }
    }

    fn ping(id: u64) -> String {
        format!("event: message\ndata: {{\"method\":\"ping\",\"id\":{id},\"jsonrpc\":\"2.0\"}}\n\n")
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_answers_is_asked_again_and_kept() {
        let mut stream = stream().await;
        for id in 1..20 {
            assert_eq!(stream.next().await, Some((25 * id, ping(id))));
            stream.pong(Some(id), false).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_is_left_in_peace_and_ended_after_a_while() {
        for wrong in [None, Some((None, false)), Some((Some(7), false)), Some((Some(1), true))] {
            let mut stream = stream().await;
            assert_eq!(stream.next().await, Some((25, ping(1))));
            if let Some((id, is_error)) = wrong {
                stream.pong(id, is_error).await;
            }
            assert_eq!(stream.next().await, None, "{wrong:?}");
            assert_eq!(stream.start.elapsed().as_secs(), if wrong.is_some() { 125 } else { 100 });
            assert!(stream.why.await.unwrap().contains("nothing was heard"));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_says_something_is_there() {
        let mut stream = stream().await;
        assert_eq!(stream.next().await, Some((25, ping(1))));
        for at in 1..10 {
            tokio::time::sleep(60 * SECOND).await;
            stream.outbox.send(Outgoing::Nothing).await.ok().unwrap();
            assert!(!stream.why.is_finished(), "{at}");
        }
        stream.outbox.send(Outgoing::Event("event".into())).await.ok().unwrap();
        assert_eq!(stream.next().await.unwrap().1, "event");
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_that_does_not_read_is_ended() {
        let stream = stream().await;
        for _ in 0..2 {
            stream.outbox.send(Outgoing::Event("event".into())).await.ok().unwrap();
        }
        assert!(stream.why.await.unwrap().contains("did not read"));
        assert!(stream.outbox.is_closed(), "and nothing waits for it any more");
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_with_the_client_and_with_the_session() {
        let Stream { outbox, client, why, start } = stream().await;
        drop(client);
        assert_eq!(why.await.unwrap(), GONE);
        assert!(outbox.is_closed() && start.elapsed() < SECOND);

        let Stream { outbox, mut client, why, .. } = stream().await;
        outbox.send(Outgoing::Event("last".into())).await.ok().unwrap();
        drop(outbox);
        assert_eq!(client.recv().await.unwrap(), "last");
        assert_eq!(client.recv().await, None);
        assert_eq!(why.await.unwrap(), "the server ends");
    }
}
