//! A task that wakes itself while it runs is run again at once, and not handed to the runtime.
//!
//! A connection of hyper wakes itself for every request with a body: who takes a piece of the body wakes who reads the next one,
//! and both are the same task. To tokio a wake-up means work for somebody, so it wakes a sleeping thread, which finds nothing to
//! do. At one request at a time that costs more than the request.

use std::pin::Pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Wake, Waker};

/// How often a task is run again before others get their turn.
const ROUNDS: usize = 4;

/// A task that is run again as long as it wakes itself. It stays with the runtime's task that polls it first.
pub(super) struct Rerun<T> {
    task: Pin<Box<dyn Future<Output = T> + Send>>,
    wakes: Arc<Wakes>,
    waker: Waker,
}

impl<T> Rerun<T> {
    pub(super) fn new(task: impl Future<Output = T> + Send + 'static) -> Self {
        let wakes = Arc::new(Wakes { state: AtomicU8::new(IDLE), runtime: OnceLock::new() });
        Rerun { task: Box::pin(task), waker: Arc::clone(&wakes).into(), wakes }
    }
}

impl<T> Future for Rerun<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let Rerun { task, wakes, waker } = &mut *self;
        wakes.runtime.get_or_init(|| cx.waker().clone());
        for _ in 0..ROUNDS {
            wakes.state.store(RUNNING, Ordering::Release);
            if let Poll::Ready(output) = task.as_mut().poll(&mut Context::from_waker(waker)) {
                return Poll::Ready(output);
            }
            if wakes.state.compare_exchange(RUNNING, IDLE, Ordering::AcqRel, Ordering::Acquire).is_ok() {
                return Poll::Pending;
            }
        }
        wakes.state.store(IDLE, Ordering::Release);
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

/// Where a task stands with its wake-ups.
struct Wakes {
    state: AtomicU8,
    /// Wakes the runtime's task.
    runtime: OnceLock<Waker>,
}

/// Nobody has woken it since it ran.
const IDLE: u8 = 0;
/// It runs, and nobody has woken it meanwhile.
const RUNNING: u8 = 1;
/// It is going to run, whoever else wakes it.
const WOKEN: u8 = 2;

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.state.swap(WOKEN, Ordering::AcqRel) == IDLE
            && let Some(runtime) = self.runtime.get()
        {
            runtime.wake_by_ref();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    /// Counts how often the runtime is woken.
    #[derive(Default)]
    struct Runtime(AtomicUsize);

    impl Wake for Runtime {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Polls a task once that wakes itself a number of times, and gives how often it ran and how often the runtime was woken.
    fn poll_once(wakes: usize) -> (usize, usize) {
        let runtime = Arc::new(Runtime::default());
        let waker = Waker::from(Arc::clone(&runtime));
        let runs = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&runs);
        let task = std::future::poll_fn(move |cx| {
            if count.fetch_add(1, Ordering::Relaxed) < wakes {
                cx.waker().wake_by_ref();
            }
            Poll::<()>::Pending
        });
        {
            let mut rerun = std::pin::pin!(Rerun::new(task));
            assert!(rerun.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        }
        (runs.load(Ordering::Relaxed), runtime.0.load(Ordering::Relaxed))
    }

    #[test]
    fn a_task_that_wakes_itself_runs_again_at_once() {
        assert_eq!(poll_once(0), (1, 0));
        assert_eq!(poll_once(1), (2, 0));
        assert_eq!(poll_once(100), (ROUNDS, 1), "and gives way to others");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn others_wake_it_through_the_runtime() {
        for _ in 0..1000 {
            let (sender, receiver) = tokio::sync::oneshot::channel();
            let task = tokio::spawn(Rerun::new(async move {
                tokio::task::yield_now().await;
                receiver.await
            }));
            tokio::spawn(async move { sender.send(7) });
            assert_eq!(task.await.unwrap(), Ok(7));
        }
    }
}
