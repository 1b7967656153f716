//! The end of streams that belong to no request: when their time is over, or the server ends.

use crate::function::changes::{Change, Listener};
use crate::server::transport::{Connection, KEEP_ALIVE};
use std::time::Duration;
use tokio::sync::SetOnce;

/// The end of all open streams.
pub(in crate::server) struct StreamEnd {
    lifetime: Option<Duration>,
    ended: SetOnce<()>,
}

impl StreamEnd {
    /// The end of streams that last for no longer than `lifetime`.
    pub(in crate::server) fn new(lifetime: Option<Duration>) -> Self {
        StreamEnd { lifetime, ended: SetOnce::new() }
    }

    /// Ends all streams.
    pub(in crate::server) fn end(&self) {
        let _ = self.ended.set(());
    }

    /// Tells a client of changes until the stream ends (`true`) or the client is gone (`false`).
    pub(in crate::server) async fn tell_changes<F: Future<Output = ()>>(
        &self,
        connection: &Connection,
        changes: &Listener,
        tell: impl Fn(Change) -> F,
    ) -> bool {
        let mut end = std::pin::pin!(self.end_of_stream());
        loop {
            tokio::select! {
                biased;
                () = &mut end => return true,
                () = connection.gone() => return false,
                change = changes.next() => tell(change).await,
                () = tokio::time::sleep(KEEP_ALIVE) => connection.keep_alive(),
            }
        }
    }

    /// Waits for the end of a stream that begins now.
    async fn end_of_stream(&self) {
        let end = self.ended.wait();
        match self.lifetime {
            None => drop(end.await),
            Some(lifetime) => drop(tokio::time::timeout(lifetime, end).await),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::function::changes::Changes;
    use crate::server::limits::account;
    use http_body_util::BodyExt as _;
    use std::sync::Arc;
    use tokio::time::Instant;

    async fn tell(stream_end: &StreamEnd, connection: &Connection, listener: &Listener) -> bool {
        let tell = |change| async move {
            connection.send(format!("{change:?}\n")).await;
        };
        stream_end.tell_changes(connection, listener, tell).await
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_shows_that_it_is_alive_until_its_time_is_over() {
        let stream_end = StreamEnd::new(Some(KEEP_ALIVE * 3 + Duration::from_secs(1)));
        let (connection, body) = Connection::open("", &account(), None);
        let (listener, start) = (Listener::new([]), Instant::now());
        assert!(tell(&stream_end, &connection, &listener).await);
        assert_eq!(start.elapsed(), KEEP_ALIVE * 3 + Duration::from_secs(1));
        drop(connection);
        assert_eq!(body.collect().await.unwrap().to_bytes(), ":\n\n:\n\n:\n\n");
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_client_hears_once_of_what_changed_often() {
        let (stream_end, changes) = (StreamEnd::new(None), Changes::default());
        let (connection, mut body) = Connection::open("", &account(), None);
        let listener = Arc::new(Listener::new([Change::Tools, Change::Prompts]));
        changes.listen(&listener);
        let teller = tokio::spawn(async move { tell(&stream_end, &connection, &listener).await });
        let mut sent = 0;
        for _ in 0..1000 {
            changes.tools();
            changes.prompts();
            sent += 2;
            tokio::task::yield_now().await;
        }
        let mut read = 0;
        while let Ok(Some(frame)) = tokio::time::timeout(Duration::from_secs(1), body.frame()).await {
            read += frame.unwrap().into_data().unwrap().split(|byte| *byte == b'\n').count() - 1;
        }
        assert!(read > 2 && read < 30, "{read} of {sent}");
        drop(body);
        assert!(!teller.await.unwrap(), "the client has gone");
    }
}
