//! How long the polls of a function have taken: whether they may share a thread with the connections.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::time::Duration;

/// The history of the polls of a function. A function that is not `async` is polled once a call.
///
/// A function starts unproven: its polls run on blocking threads, until enough of them in a row were quick. From then on the
/// threads of the connections poll it themselves (inline), until a poll stalls them.
#[derive(Debug)]
pub struct PollHistory {
    /// How many polls in a row were quick, up to `needed`.
    quick: AtomicU32,
    /// How many it takes.
    needed: AtomicU32,
    /// Whether a call has had to wait for something.
    has_waited: AtomicBool,
}

/// A quick poll is shorter. A call over the network, a query or a read from a disk is not; arithmetic and texts are.
const QUICK: Duration = Duration::from_micros(20);
/// An inline poll that takes longer has stalled connections. A shorter one was mostly interrupted by the system, which ran another
/// thread in between.
const STALL: Duration = Duration::from_millis(2);
/// The least number of quick polls in a row.
const NEEDED: u32 = 32;
/// Each such time of a stall costs one more quick poll: a function stays away from the connections in proportion to the harm that
/// it did.
const STALL_PER_POLL: Duration = Duration::from_micros(250);

impl PollHistory {
    /// The history of a function that has not run yet.
    #[must_use]
    pub const fn new() -> Self {
        PollHistory { quick: AtomicU32::new(0), needed: AtomicU32::new(NEEDED), has_waited: AtomicBool::new(false) }
    }

    /// Whether the function may be polled inline.
    pub(crate) fn is_quick(&self) -> bool {
        self.quick.load(Relaxed) >= self.needed.load(Relaxed)
    }

    /// Whether all calls of the function have ended with their first inline poll.
    pub(crate) fn is_immediate(&self) -> bool {
        self.is_quick() && !self.has_waited.load(Relaxed)
    }

    /// Notes that a call has to wait after a poll.
    pub(crate) fn waited(&self) {
        if !self.has_waited.load(Relaxed) {
            self.has_waited.store(true, Relaxed);
        }
    }

    /// Notes a poll on a blocking thread.
    pub(crate) fn polled_on_blocking_thread(&self, took: Duration) {
        if took >= QUICK {
            self.quick.store(0, Relaxed);
        } else if !self.is_quick() {
            self.quick.fetch_add(1, Relaxed);
        }
    }

    /// Notes an inline poll.
    pub(crate) fn polled_inline(&self, took: Duration) {
        if took >= STALL {
            let penalty = u32::try_from(took.as_micros() / STALL_PER_POLL.as_micros()).unwrap_or(u32::MAX);
            self.needed.store(penalty.max(NEEDED), Relaxed);
            self.quick.store(0, Relaxed);
        }
    }

    /// Notes a panic in an inline poll. It may be tokio's, at a `block_on` that works on a blocking thread: the function stays there.
    pub(crate) fn panicked_inline(&self) {
        self.needed.store(u32::MAX, Relaxed);
    }
}

impl Default for PollHistory {
    fn default() -> Self {
        PollHistory::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_micros(1);

    fn poll_quickly(history: &PollHistory, polls: u32) {
        (0..polls).for_each(|_| history.polled_on_blocking_thread(SHORT));
    }

    #[test]
    fn a_function_proves_itself_with_quick_polls_in_a_row() {
        let history = PollHistory::new();
        poll_quickly(&history, NEEDED - 1);
        history.polled_on_blocking_thread(QUICK);
        poll_quickly(&history, NEEDED - 1);
        assert!(!history.is_quick(), "one slow poll begins the row anew");
        poll_quickly(&history, 1);
        assert!(history.is_quick());
        history.polled_inline(STALL - SHORT);
        assert!(history.is_quick());
    }

    #[test]
    fn a_stall_counts_by_its_length() {
        let history = PollHistory::new();
        poll_quickly(&history, NEEDED);
        history.polled_inline(Duration::from_secs(1));
        poll_quickly(&history, 3_999);
        assert!(!history.is_quick());
        poll_quickly(&history, 1);
        assert!(history.is_quick());
        history.polled_inline(STALL);
        poll_quickly(&history, NEEDED);
        assert!(history.is_quick(), "a short one is soon forgiven");
    }
}
