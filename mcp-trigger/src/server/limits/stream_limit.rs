//! The limit of streams that belong to no request: their number, and how long they last.

use crate::function::changes::{Change, Listener};
use crate::server::message::Error;
use crate::server::transport::{Connection, KEEP_ALIVE};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SetOnce};

/// The limit of open streams.
pub(in crate::server) struct StreamLimit {
    free: Arc<Semaphore>,
    lifetime: Option<Duration>,
    ended: SetOnce<()>,
}

impl StreamLimit {
    /// No more than `limit` streams at once, each for no longer than `lifetime`.
    pub(in crate::server) fn new(limit: usize, lifetime: Option<Duration>) -> Self {
        let free = Arc::new(Semaphore::new(limit.min(Semaphore::MAX_PERMITS)));
        StreamLimit { free, lifetime, ended: SetOnce::new() }
    }

    /// A permit for one more stream.
    ///
    /// # Errors
    ///
    /// If too many streams are open.
    pub(in crate::server) fn take(&self) -> Result<OwnedSemaphorePermit, Error> {
        let permit = Arc::clone(&self.free).try_acquire_owned();
        permit.map_err(|_| Error::overloaded("Too many streams are open: try again later"))
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
    use http_body_util::BodyExt as _;
    use tokio::time::Instant;

    #[test]
    fn there_are_so_many_and_no_more() {
        let stream_limit = StreamLimit::new(2, None);
        let (first, _second) = (stream_limit.take().unwrap(), stream_limit.take().unwrap());
        assert!(stream_limit.take().is_err());
        drop(first);
        assert!(stream_limit.take().is_ok());
    }

    async fn tell(stream_limit: &StreamLimit, connection: &Connection, listener: &Listener) -> bool {
        let tell = |change| async move {
            connection.send(format!("{change:?}\n")).await;
        };
        stream_limit.tell_changes(connection, listener, tell).await
    }

    #[tokio::test(start_paused = true)]
    async fn a_stream_shows_that_it_is_alive_until_its_time_is_over() {
        let stream_limit = StreamLimit::new(1, Some(KEEP_ALIVE * 3 + Duration::from_secs(1)));
        let (connection, body) = Connection::open("", None);
        let (listener, start) = (Listener::new([]), Instant::now());
        assert!(tell(&stream_limit, &connection, &listener).await);
        assert_eq!(start.elapsed(), KEEP_ALIVE * 3 + Duration::from_secs(1));
        drop(connection);
        assert_eq!(body.collect().await.unwrap().to_bytes(), ":\n\n:\n\n:\n\n");
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_client_hears_once_of_what_changed_often() {
        let (stream_limit, changes) = (StreamLimit::new(1, None), Changes::default());
        let (connection, mut body) = Connection::open("", None);
        let listener = Arc::new(Listener::new([Change::Tools, Change::Prompts]));
        changes.listen(&listener);
        let teller = tokio::spawn(async move { tell(&stream_limit, &connection, &listener).await });
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
