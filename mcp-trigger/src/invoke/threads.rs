//! Where functions run: on the threads of the connections while their polls are quick, else on threads that may block.
//!
//! A runtime has about as many worker threads as the machine has processors, and they carry all connections. A function that
//! blocks one of them, with a query, a file or plain arithmetic, stops the calls of others. So each poll of a call finds its place:
//!
//! | the function | is polled |
//! |---|---|
//! | has shown to return at once ([`PollHistory`]), and another worker thread is left for the connections ([`Watchdog`]) | inline, at the cost of looking at a clock |
//! | anything else | on a blocking thread, of which there is a limited number |
//!
//! A call waits for a blocking thread within its time limit. The worker thread of its connection keeps that limit, and is free
//! meanwhile. So a call that takes too long is answered in time, though its thread is busy until the function returns.
//!
//! A call that was woken while a blocking thread polled it, or after, is polled again.

use super::running::{Ended, Running};
use super::watchdog::Watchdog;
use crate::function::PollHistory;
use crate::sync::atomic::{AtomicBool, Ordering};
use crate::sync::{Mutex, lock};
use mcp_trigger_core::accounts::Account;
#[cfg(target_os = "linux")]
use rustix::process::{getpriority_process, setpriority_process};
use std::future::{pending, poll_fn};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Instant;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// The default limit of calls that block at once.
pub(crate) const BLOCKING_THREADS: usize = 256;

/// The threads that functions run on.
#[derive(Debug)]
pub(crate) struct Threads {
    /// The blocking threads that are free.
    blocking: Arc<Semaphore>,
    workers: Arc<Watchdog>,
}

impl Threads {
    /// The worker threads of the current runtime, and so many blocking threads.
    pub(crate) fn new(blocking: usize) -> Self {
        let blocking = Semaphore::new(blocking.clamp(1, Semaphore::MAX_PERMITS));
        Threads { blocking: Arc::new(blocking), workers: Watchdog::new(Handle::current()) }
    }

    /// Runs a call to its end. The caller with this account waits for its turn.
    pub(super) async fn run(
        &self,
        history: Option<&'static PollHistory>,
        mut call: Running,
        account: Option<&Account>,
    ) -> Ended {
        loop {
            if let Some(history) = history
                && let Some(ended) = poll_fn(|cx| self.poll_inline(history, &mut call, cx)).await
            {
                return ended;
            }
            match self.poll_on_blocking_thread(history, call, account).await {
                Ok(ended) => return ended,
                Err(woken) => call = woken,
            }
        }
    }

    /// Polls a call on this thread; ready with `None` if it has to be polled on another.
    fn poll_inline(&self, history: &PollHistory, call: &mut Running, cx: &mut Context<'_>) -> Poll<Option<Ended>> {
        if !history.is_quick() {
            return Poll::Ready(None);
        }
        let Some(worker) = self.workers.begin_poll() else { return Poll::Ready(None) };
        let began = Instant::now();
        let poll = call.poll(cx);
        match &poll {
            Poll::Ready(Err(_)) => history.panicked_inline(),
            _ => history.polled_inline(began.elapsed()),
        }
        if poll.is_pending() {
            history.waited();
        }
        drop(worker);
        poll.map(Some)
    }

    /// Polls a call on a thread that may block. Gives the call back once it has been woken, if it has not ended.
    async fn poll_on_blocking_thread(
        &self,
        history: Option<&'static PollHistory>,
        mut call: Running,
        account: Option<&Account>,
    ) -> Result<Ended, Running> {
        let turn = match account {
            Some(account) => Some(account.turn().await),
            None => None,
        };
        let Ok(thread) = Arc::clone(&self.blocking).acquire_owned().await else { return pending().await };
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        let polling = tokio::task::spawn_blocking(move || {
            give_way_to_connections();
            let began = Instant::now();
            let poll = call.poll(&mut Context::from_waker(&waker));
            if let Some(history) = history {
                history.polled_on_blocking_thread(began.elapsed());
                if poll.is_pending() {
                    history.waited();
                }
            }
            drop((thread, turn));
            match poll {
                Poll::Ready(ended) => Ok(ended),
                Poll::Pending => Err(call),
            }
        });
        match polling.await {
            Ok(Ok(ended)) => Ok(ended),
            Ok(Err(call)) => {
                poll_fn(|cx| woken.poll(cx)).await;
                Err(call)
            }
            // The runtime ends, and this call with it.
            Err(_) => pending().await,
        }
    }
}

/// Lowers the priority of a blocking thread: functions that compute may have more threads than there are processors, and the threads
/// of the connections would wait for their turn among them.
#[cfg(target_os = "linux")]
fn give_way_to_connections() {
    let thread = Some(rustix::thread::gettid());
    if getpriority_process(thread).is_ok_and(|niceness| niceness < NICENESS) {
        // Where that is not allowed, the priorities stay equal.
        let _ = setpriority_process(thread, NICENESS);
    }
}

/// Elsewhere a thread has no priority of its own, or none that this crate can set.
#[cfg(not(target_os = "linux"))]
fn give_way_to_connections() {}

/// The niceness of blocking threads, from 0 (as others) to 19: a ninth of the processor time of a thread of the connections.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// Whether a call was woken that was polled on another thread, maybe while it was.
#[derive(Default)]
struct Woken {
    is_woken: AtomicBool,
    waits: Mutex<Option<Waker>>,
}

impl Woken {
    fn poll(&self, cx: &mut Context<'_>) -> Poll<()> {
        let mut waits = lock(&self.waits);
        if self.is_woken.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        *waits = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut waits = lock(&self.waits);
        self.is_woken.store(true, Ordering::Release);
        let waiting = waits.take();
        drop(waits);
        if let Some(waker) = waiting {
            waker.wake();
        }
    }
}

#[cfg(test)]
#[cfg(feature = "models")]
mod models {
    use super::*;
    use crate::sync::{check, thread};
    use shuttle::future::block_on;

    #[test]
    fn model_a_call_runs_on_whenever_it_was_woken() {
        check(|| {
            let woken = Arc::new(Woken::default());
            let wakers: Vec<_> = (0..2).map(|_| Waker::from(Arc::clone(&woken))).collect();
            for waker in wakers {
                thread::spawn(move || waker.wake());
            }
            block_on(poll_fn(|cx| woken.poll(cx)));
        });
    }
}

#[cfg(test)]
#[cfg(not(feature = "models"))]
mod tests;
