//! The limit of memory that the server keeps for clients: events that they may come back for, and subscriptions.
//!
//! The memory that is held and the memory that is left add up to the limit.

use crate::function::changes::Change;
use crate::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

/// The bytes that are free.
#[derive(Debug)]
pub(in crate::server) struct ReplayMemory(AtomicUsize);

impl ReplayMemory {
    pub(in crate::server) fn new(bytes: usize) -> Arc<Self> {
        Arc::new(ReplayMemory(AtomicUsize::new(bytes)))
    }
}

/// A share of [`ReplayMemory`], which is given back on drop.
#[derive(Debug)]
pub(in crate::server) struct HeldMemory {
    replay_memory: Arc<ReplayMemory>,
    bytes: usize,
}

impl HeldMemory {
    /// An empty share.
    pub(in crate::server) fn of(replay_memory: &Arc<ReplayMemory>) -> Self {
        HeldMemory { replay_memory: Arc::clone(replay_memory), bytes: 0 }
    }

    pub(in crate::server) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes more bytes; `false` if too few are free.
    pub(in crate::server) fn take(&mut self, bytes: usize) -> bool {
        let take = |left: usize| left.checked_sub(bytes);
        let taken = self.replay_memory.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok();
        self.bytes += if taken { bytes } else { 0 };
        taken
    }

    pub(in crate::server) fn give_back(&mut self, bytes: usize) {
        self.bytes -= bytes;
        self.replay_memory.0.fetch_add(bytes, Ordering::Relaxed);
    }
}

impl Drop for HeldMemory {
    fn drop(&mut self) {
        self.give_back(self.bytes);
    }
}

/// How many addresses a client may subscribe to, in a session or with one subscription.
pub(in crate::server) const SUBSCRIPTIONS: usize = 1000;
/// The memory of a subscription besides its address, in bytes.
const SUBSCRIPTION: usize = 64;

/// How much memory a subscription to a change takes, in bytes.
pub(in crate::server) fn subscription_size(change: &Change) -> usize {
    match change {
        Change::Resource(address) => address.size() + SUBSCRIPTION,
        Change::Tools | Change::Prompts | Change::Resources => 0,
    }
}

#[cfg(test)]
#[cfg(feature = "models")]
mod models {
    use super::*;
    use crate::sync::{check, thread};

    #[test]
    fn model_no_more_is_held_than_there_is_and_all_comes_back() {
        check(|| {
            let memory = ReplayMemory::new(100);
            let holders = [60, 50, 40].map(|bytes| {
                let mut held = HeldMemory::of(&memory);
                thread::spawn(move || {
                    held.take(bytes);
                    held.give_back(held.bytes() / 2);
                    held.take(bytes);
                    held
                })
            });
            let held = holders.map(|holder| holder.join().unwrap());
            let all: usize = held.iter().map(HeldMemory::bytes).sum();
            assert_eq!(all + memory.0.load(Ordering::Relaxed), 100);
            drop(held);
            assert_eq!(memory.0.load(Ordering::Relaxed), 100);
        });
    }
}

#[cfg(test)]
#[cfg(not(feature = "models"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_missing_to_others() {
        let replay_memory = ReplayMemory::new(100);
        let (mut first, mut second) = (HeldMemory::of(&replay_memory), HeldMemory::of(&replay_memory));
        assert!(first.take(60) && !second.take(60) && second.take(40) && !first.take(1));
        first.give_back(10);
        assert!(second.take(10));
        drop(first);
        assert!(second.take(50) && second.bytes() == 100);
    }
}
