//! [`Rerun`]: runs a task that wakes itself while it runs again at once, without the runtime.
//!
//! A connection of hyper wakes itself for every request with a body: the reader of a body wakes the reader of the connection, and
//! both are the same task. tokio takes each wake-up for new work, and wakes a sleeping thread, which finds nothing to do. With one
//! request at a time, this thread costs more than the request.
//!
//! A wake-up is never lost: after a wake-up the task runs once more, and that run sees everything that happened before the wake-up.

use crate::sync::atomic::{AtomicU8, Ordering};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Wake, Waker};

/// How often a task runs in a row before other tasks get their turn.
const ROUNDS: usize = 4;

/// A task that runs again when it wakes itself. Only the runtime's task that polls a `Rerun` first may poll it later.
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
            // A store instead of this swap would not see what happened before a wake-up of a task that was woken already.
            wakes.state.swap(RUNNING, Ordering::AcqRel);
            if let Poll::Ready(output) = task.as_mut().poll(&mut Context::from_waker(waker)) {
                return Poll::Ready(output);
            }
            if wakes.state.compare_exchange(RUNNING, IDLE, Ordering::AcqRel, Ordering::Acquire).is_ok() {
                return Poll::Pending;
            }
        }
        // The state stays `WOKEN` until the task runs.
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

/// The state of a task's wake-ups: `IDLE`, `RUNNING` or `WOKEN`.
struct Wakes {
    state: AtomicU8,
    /// Wakes the runtime's task.
    runtime: OnceLock<Waker>,
}

/// The task was not woken since its last run.
const IDLE: u8 = 0;
/// The task runs, and was not woken since this run began.
const RUNNING: u8 = 1;
/// The task was woken, and is going to run: another wake-up changes nothing.
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
#[cfg(feature = "models")]
mod models {
    use super::*;
    use crate::sync::atomic::AtomicBool;
    use loom::future::block_on;
    use loom::thread;
    use std::future::poll_fn;

    /// Tries all schedules with up to three preemptions.
    fn check(model: impl Fn() + Sync + Send + 'static) {
        let mut builder = loom::model::Builder::new();
        builder.preemption_bound = Some(3);
        builder.check(model);
    }

    /// Runs a task that wakes itself at each of its first polls, and is done when each of some threads has set its flag and woken
    /// it.
    fn run(wakes_itself: usize, threads: usize) {
        let flags: Arc<[AtomicBool]> = (0..threads).map(|_| AtomicBool::new(false)).collect();
        let mut polls = 0;
        block_on(Rerun::new(poll_fn(move |cx| {
            if polls == 0 {
                for thread in 0..threads {
                    let (flags, waker) = (Arc::clone(&flags), cx.waker().clone());
                    thread::spawn(move || {
                        // The wake-up alone makes it visible.
                        flags[thread].store(true, Ordering::Relaxed);
                        waker.wake();
                    });
                }
            }
            polls += 1;
            if polls <= wakes_itself {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            if flags.iter().all(|flag| flag.load(Ordering::Relaxed)) { Poll::Ready(()) } else { Poll::Pending }
        })));
    }

    #[test]
    fn model_no_wake_is_lost() {
        check(|| run(0, 2));
    }

    #[test]
    fn model_no_wake_is_lost_where_others_get_their_turn() {
        check(|| run(ROUNDS, 1));
    }
}

#[cfg(test)]
#[cfg(not(feature = "models"))]
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
