//! Memory for the bodies of requests: each may be long, but not all at once.

use hyper::body::SizeHint;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// What all bodies together may take that are not small.
pub(in crate::server) struct BodyMemory {
    /// Of one KiB each.
    free: Semaphore,
    all: u32,
    /// How long a request waits for others to end.
    patience: Duration,
}

/// A body that takes no more than a connection does anyway, in bytes.
const SMALL: u64 = 64 * 1024;
const KIB: u64 = 1024;

impl BodyMemory {
    /// Memory for so many KiB.
    pub(in crate::server) fn new(all: u32, patience: Duration) -> Self {
        BodyMemory { free: Semaphore::new(all as usize), all, patience }
    }

    /// Waits for room for a body, as long as it says that it is, or may be; `Err` if there is none for too long. What is taken is
    /// free again when the permit is dropped.
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

/// There is no room.
#[derive(Debug)]
pub(in crate::server) struct BodyMemoryFull;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn long_bodies_wait_for_each_other_and_small_ones_for_none() {
        let room = BodyMemory::new(1024, Duration::from_secs(30));
        let limit = 100 * 1024 * 1024;
        let half = SizeHint::with_exact(512 * KIB);
        let held = [room.take(half, limit).await.unwrap(), room.take(half, limit).await.unwrap()];
        assert!(room.take(half, limit).await.is_err());
        assert!(room.take(SizeHint::with_exact(SMALL), limit).await.unwrap().is_none());
        let mut unknown = SizeHint::new();
        unknown.set_lower(1);
        let (later, ()) = tokio::join!(room.take(unknown, limit), async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            drop(held);
        });
        assert!(later.unwrap().is_some(), "one that may be longer than there is room gets all of it");
        assert!(room.take(unknown, 1000).await.unwrap().is_none(), "the limit is small");
    }
}
