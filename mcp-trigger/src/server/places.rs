//! The streams that stay open until somebody ends them: how many there may be, and for how long.

use super::connection::{Connection, KEEP_ALIVE};
use super::error::Error;
use crate::changes::{Change, Listener};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SetOnce};

/// Places for streams.
pub(super) struct Places {
    free: Arc<Semaphore>,
    lifetime: Option<Duration>,
    ended: SetOnce<()>,
}

impl Places {
    /// No more than `limit` streams at once, each for no longer than `lifetime`.
    pub(super) fn new(limit: usize, lifetime: Option<Duration>) -> Self {
        let free = Arc::new(Semaphore::new(limit.min(Semaphore::MAX_PERMITS)));
        Places { free, lifetime, ended: SetOnce::new() }
    }

    /// A place for one more stream, until it is dropped.
    ///
    /// # Errors
    ///
    /// When all are taken.
    pub(super) fn take(&self) -> Result<OwnedSemaphorePermit, Error> {
        let place = Arc::clone(&self.free).try_acquire_owned();
        place.map_err(|_| Error::overloaded("Too many streams are open: try again later"))
    }

    /// Ends all streams.
    pub(super) fn end(&self) {
        let _ = self.ended.set(());
    }

    /// Tells a client of changes, until the stream ends or the client goes; whether the client is still there.
    pub(super) async fn tell_changes<F: Future<Output = ()>>(
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
