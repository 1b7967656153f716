//! How much is kept for clients that may come back or never take it, in bytes and all in all.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many bytes may still be kept.
#[derive(Debug)]
pub(super) struct Budget(AtomicUsize);

impl Budget {
    pub(super) fn new(bytes: usize) -> Arc<Self> {
        Arc::new(Budget(AtomicUsize::new(bytes)))
    }
}

/// What somebody keeps of it; given back when dropped.
#[derive(Debug)]
pub(super) struct Held {
    budget: Arc<Budget>,
    bytes: usize,
}

impl Held {
    /// Nothing yet.
    pub(super) fn of(budget: &Arc<Budget>) -> Self {
        Held { budget: Arc::clone(budget), bytes: 0 }
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes more; `false` if there is not so much left.
    pub(super) fn take(&mut self, bytes: usize) -> bool {
        let take = |left: usize| left.checked_sub(bytes);
        let taken = self.budget.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok();
        self.bytes += if taken { bytes } else { 0 };
        taken
    }

    pub(super) fn give_back(&mut self, bytes: usize) {
        self.bytes -= bytes;
        self.budget.0.fetch_add(bytes, Ordering::Relaxed);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.give_back(self.bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_missing_to_others() {
        let budget = Budget::new(100);
        let (mut first, mut second) = (Held::of(&budget), Held::of(&budget));
        assert!(first.take(60) && !second.take(60) && second.take(40) && !first.take(1));
        first.give_back(10);
        assert!(second.take(10));
        drop(first);
        assert!(second.take(50) && second.bytes() == 100);
    }
}
