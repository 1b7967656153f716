//! A watchdog for functions that are polled on the worker threads, where the connections are.
//!
//! A function that returned at once a thousand times may block the next time. Two things keep the other calls going then:
//!
//! * There is always one worker thread more than inline polls.
//! * That thread is woken. tokio lets it sleep, for it relies on the thread that found the last event to look for the next one.
//!
//! The watchdog's thread never sleeps while an inline poll is active, and ends with the runtime's [`Watchdog`].

use crate::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use crate::sync::hint;
use crate::sync::thread::{self, Thread};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;
use tokio::runtime::Handle;

/// Counts the inline polls of a runtime, and looks after those that stall it.
#[derive(Debug)]
pub(super) struct Watchdog {
    runtime: Handle,
    /// How many inline polls there may be at once.
    limit: u64,
    /// How many there are (the lower 16 bits), and how many have ended (the others).
    polls: AtomicU64,
    /// Whether the thread sleeps, for there was nothing to look at in a while.
    is_asleep: AtomicBool,
    thread: OnceLock<Thread>,
}

/// One poll that has ended.
const ENDED: u64 = 1 << 16;
/// The polls that have begun and not ended.
const ACTIVE: u64 = ENDED - 1;
/// How often a poll tries to begin: most others are over sooner than another thread could take this one.
const SPINS: u32 = 64;
/// How often the thread looks.
const INTERVAL: Duration = Duration::from_millis(5);
/// How often it looks in vain before it sleeps.
const PATIENCE: u32 = 20;

impl Watchdog {
    pub(super) fn new(runtime: Handle) -> Arc<Self> {
        let limit = u64::try_from(runtime.metrics().num_workers()).unwrap_or(u64::MAX);
        let limit = limit.saturating_sub(1).min(ACTIVE / 2);
        let (polls, is_asleep, thread) = (AtomicU64::new(0), AtomicBool::new(true), OnceLock::new());
        Arc::new(Watchdog { runtime, limit, polls, is_asleep, thread })
    }

    /// Begins an inline poll; `None` if that would leave no worker thread for the connections.
    pub(super) fn begin_poll(self: &Arc<Self>) -> Option<InlinePoll<'_>> {
        if self.limit == 0 || !(0..SPINS).any(|_| self.try_begin()) {
            return None;
        }
        if self.is_asleep.load(SeqCst) {
            self.wake();
        }
        Some(InlinePoll(self))
    }

    fn try_begin(&self) -> bool {
        let polls = self.polls.load(SeqCst);
        let begins =
            polls & ACTIVE < self.limit && self.polls.compare_exchange_weak(polls, polls + 1, SeqCst, SeqCst).is_ok();
        if !begins {
            hint::spin_loop();
        }
        begins
    }

    #[cold]
    fn wake(self: &Arc<Self>) {
        if self.is_asleep.swap(false, SeqCst) {
            match self.thread.get() {
                Some(thread) => thread.unpark(),
                None => self.start(),
            }
        }
    }

    fn start(self: &Arc<Self>) {
        let watchdog = Arc::downgrade(self);
        let started = thread::Builder::new().name("watchdog".to_owned()).spawn(move || watch(&watchdog));
        // Without the thread there is still a worker thread more than inline polls.
        if let Ok(started) = started {
            let _ = self.thread.set(started.thread().clone());
        }
    }

    /// Wakes a worker thread if an inline poll is active and none has ended since `before`.
    fn check(&self, before: u64, now: u64) {
        if now & ACTIVE > 0 && now / ENDED == before / ENDED {
            // A task of no work: the worker that is woken for it looks after the connections next.
            drop(self.runtime.spawn(std::future::ready(())));
        }
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.get() {
            thread.unpark();
        }
    }
}

/// Looks while there are polls, and sleeps until there are again.
fn watch(watchdog: &Weak<Watchdog>) {
    let (mut before, mut in_vain) = (0, 0);
    while let Some(watchdog) = watchdog.upgrade() {
        let now = watchdog.polls.load(SeqCst);
        watchdog.check(before, now);
        in_vain = if now == before && now & ACTIVE == 0 { in_vain + 1 } else { 0 };
        before = now;
        if in_vain < PATIENCE {
            drop(watchdog);
            thread::sleep(INTERVAL);
            continue;
        }
        in_vain = 0;
        watchdog.is_asleep.store(true, SeqCst);
        // A poll that began before that has woken nobody.
        let is_missed = watchdog.polls.load(SeqCst) != now && watchdog.is_asleep.swap(false, SeqCst);
        drop(watchdog);
        if !is_missed {
            thread::park();
        }
    }
}

/// An inline poll, which ends when dropped.
pub(super) struct InlinePoll<'a>(&'a Watchdog);

impl Drop for InlinePoll<'_> {
    fn drop(&mut self) {
        self.0.polls.fetch_add(ENDED - 1, SeqCst);
    }
}

#[cfg(test)]
#[cfg(feature = "models")]
mod models {
    use super::*;
    use crate::sync::check;
    use std::sync::atomic::AtomicU64 as Count;

    /// A watchdog of a runtime with three worker threads.
    fn watchdog() -> Arc<Watchdog> {
        static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
        let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(3).build().unwrap();
        Watchdog::new(RUNTIME.get_or_init(runtime).handle().clone())
    }

    #[test]
    fn model_there_is_a_worker_thread_more_than_inline_polls() {
        check(|| {
            let (watchdog, active) = (watchdog(), Arc::new(Count::new(0)));
            for _ in 0..4 {
                let (watchdog, active) = (Arc::clone(&watchdog), Arc::clone(&active));
                thread::spawn(move || {
                    for _ in 0..2 {
                        let Some(poll) = watchdog.begin_poll() else { continue };
                        assert!(active.fetch_add(1, SeqCst) < watchdog.limit);
                        thread::yield_now();
                        active.fetch_sub(1, SeqCst);
                        drop(poll);
                    }
                });
            }
        });
    }

    /// Whoever begins a poll finds the thread awake, or wakes it. The thread ends with the watchdog, or the model never would.
    #[test]
    fn model_the_thread_is_awake_while_a_poll_is_active() {
        check(|| {
            let watchdog = watchdog();
            for _ in 0..3 {
                let poll = watchdog.begin_poll().unwrap();
                for _ in 0..2 * PATIENCE {
                    thread::yield_now();
                }
                assert!(!watchdog.is_asleep.load(SeqCst));
                drop(poll);
                for _ in 0..2 * PATIENCE {
                    thread::yield_now();
                }
            }
        });
    }
}
