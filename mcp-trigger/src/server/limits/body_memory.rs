//! The limit of memory for request bodies: one may be long, but not all at once.

use hyper::body::SizeHint;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// The memory of all bodies that are not small.
pub(in crate::server) struct BodyMemory {
    /// One permit for each KiB.
    free: Semaphore,
    all: u32,
    /// How long a request waits for memory.
    patience: Duration,
}

/// Bodies up to this length take no permits: a connection takes as much anyway. In bytes.
const SMALL: u64 = 64 * 1024;
const KIB: u64 = 1024;

impl BodyMemory {
    /// A limit of `all` KiB.
    pub(in crate::server) fn new(all: u32, patience: Duration) -> Self {
        BodyMemory { free: Semaphore::new(all as usize), all, patience }
    }

    /// Waits for the memory of a body of a declared `length`, or of `limit` bytes if no length is declared. The permit gives it
    /// back on drop.
    ///
    /// # Errors
    ///
    /// If no memory becomes free in time.
    pub(in crate::server) async fn take(
        &self,
        length: SizeHint,
        limit: usize,
    ) -> Result<Option<SemaphorePermit<'_>>, BodyMemoryFull> {
        let longest = length.upper().unwrap_or(u64::MAX).min(limit as u64);
        if longest <= SMALL {
            return Ok(None);
        }
        let permits = u32::try_from(longest.div_ceil(KIB)).unwrap_or(self.all).min(self.all);
        match tokio::time::timeout(self.patience, self.free.acquire_many(permits)).await {
            Ok(Ok(permit)) => Ok(Some(permit)),
            _ => Err(BodyMemoryFull),
        }
    }
}

/// Too many long bodies are being read.
#[derive(Debug)]
pub(in crate::server) struct BodyMemoryFull;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn long_bodies_wait_for_each_other_and_small_ones_for_none() {
        let body_memory = BodyMemory::new(1024, Duration::from_secs(30));
        let limit = 100 * 1024 * 1024;
        let half = SizeHint::with_exact(512 * KIB);
        let held = [body_memory.take(half, limit).await.unwrap(), body_memory.take(half, limit).await.unwrap()];
        assert!(body_memory.take(half, limit).await.is_err());
        assert!(body_memory.take(SizeHint::with_exact(SMALL), limit).await.unwrap().is_none());
        let mut unknown = SizeHint::new();
        unknown.set_lower(1);
        let (later, ()) = tokio::join!(body_memory.take(unknown, limit), async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            drop(held);
        });
        assert!(later.unwrap().is_some(), "one that may be longer than the limit gets all of it");
        assert!(body_memory.take(unknown, 1000).await.unwrap().is_none(), "the limit is small");
    }
}
