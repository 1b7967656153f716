//! Tasks and blocking work, each with a single type.
//!
//! tokio compiles 4 to 8 KB for every type of task, once for each kind of runtime. The functions of this module put the task on the
//! heap instead, and its result into a slot.

use crate::lock::lock;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, LazyLock, Mutex};
use std::task::{Context, Poll};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::{JoinError, JoinHandle};

/// Spawns a task on the runtime.
///
/// # Panics
///
/// If no runtime of tokio runs.
pub fn spawn(task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    let task: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(task);
    tokio::spawn(task)
}

/// Spawns work on a thread that may block.
///
/// # Panics
///
/// If no runtime of tokio runs.
pub fn spawn_blocking(work: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
    let work: Box<dyn FnOnce() + Send> = Box::new(work);
    tokio::task::spawn_blocking(work)
}

/// Runs a future to its end in a separate task, and returns its result. The task goes on if the caller is dropped.
///
/// # Errors
///
/// If the future panics, or the runtime ends.
pub async fn complete<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> Result<T, JoinError> {
    let result = Arc::new(Mutex::new(None));
    let slot = Arc::clone(&result);
    let task = spawn(async move {
        let result = future.await;
        *lock(&slot) = Some(result);
    });
    taken(task, &result).await
}

/// Runs work on a thread that may block, and returns its result.
///
/// # Errors
///
/// If the work panics, or the runtime ends.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, JoinError> {
    let result = Arc::new(Mutex::new(None));
    let slot = Arc::clone(&result);
    let task = spawn_blocking(move || {
        let result = work();
        *lock(&slot) = Some(result);
    });
    taken(task, &result).await
}

/// How many long messages are read at once.
static READERS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(long_at_once()));

/// The length from which a message is long, in bytes: reading or writing the message takes a thread so long that others would wait, and
/// a multiple of the message's memory.
pub const LONG: usize = 64 * 1024;

/// How many long messages are read, or written, at once: as many as there are processors.
pub fn long_at_once() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// A turn at reading a long message.
pub struct ReadingTurn(#[allow(dead_code, reason = "dropping it ends the turn")] Option<SemaphorePermit<'static>>);

/// Waits for a turn at reading a long message.
pub async fn reading_turn() -> ReadingTurn {
    // The semaphore is never closed.
    ReadingTurn(READERS.acquire().await.ok())
}

/// Does work with a message of so many bytes: here, or, with a long one, in a turn on a thread that may block.
///
/// # Errors
///
/// If the work panics on that thread, or the runtime ends.
pub async fn work_on<T: Send + 'static>(
    length: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JoinError> {
    if length <= LONG {
        return Ok(work());
    }
    let turn = reading_turn().await;
    blocking(move || {
        let _turn = turn;
        work()
    })
    .await
}

/// Answers a long message. Reading it takes a thread tens of milliseconds, in which the connections of the thread would wait. So the
/// first poll, which reads the message, is left to a thread that may block. The turn ends with that poll. Default: a new turn.
///
/// # Errors
///
/// If the answering panics, or the runtime ends.
pub async fn answer_long<T: Send + 'static>(
    turn: Option<ReadingTurn>,
    answering: impl Future<Output = T> + Send + 'static,
) -> Result<T, JoinError> {
    let turn = match turn {
        Some(turn) => turn,
        None => reading_turn().await,
    };
    let waker = poll_fn(|cx| Poll::Ready(cx.waker().clone())).await;
    let mut answering = Box::pin(answering);
    let (answering, first) = blocking(move || {
        let first = answering.as_mut().poll(&mut Context::from_waker(&waker));
        (answering, first)
    })
    .await?;
    drop(turn);
    match first {
        Poll::Ready(answer) => Ok(answer),
        Poll::Pending => Ok(answering.await),
    }
}

/// Waits for a task, and takes its result from the slot.
async fn taken<T>(task: JoinHandle<()>, result: &Mutex<Option<T>>) -> Result<T, JoinError> {
    task.await?;
    let left = lock(result).take();
    match left {
        Some(result) => Ok(result),
        // Not reached: a task that ended without a panic has filled the slot.
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::sync::oneshot;

    #[tokio::test]
    async fn results_and_panics_come_back() {
        assert_eq!(complete(async { 7 }).await.unwrap(), 7);
        assert_eq!(blocking(|| "done").await.unwrap(), "done");
        assert!(complete(async { panic!("no") }).await.is_err_and(|error| error.is_panic()));
        assert!(blocking(|| panic!("no")).await.is_err_and(|error| error.is_panic()));
    }

    #[tokio::test]
    async fn a_long_message_is_read_by_another_thread() {
        let here = std::thread::current().id();
        let answering = async {
            let reader = std::thread::current().id();
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            (reader, std::thread::current().id())
        };
        let (reader, answers) = answer_long(None, answering).await.unwrap();
        assert!(reader != here && answers == here);
        assert!(answer_long(None, async { panic!("no") }).await.is_err_and(|error| error.is_panic()));
    }

    #[tokio::test]
    async fn a_future_is_completed_though_its_caller_is_dropped() {
        let (go, wait) = oneshot::channel::<()>();
        let (done, is_done) = oneshot::channel();
        let waiting = complete(async move {
            wait.await.unwrap();
            done.send(7).unwrap();
        });
        tokio::select! {
            biased;
            _ = waiting => unreachable!("it waits"),
            () = tokio::task::yield_now() => {}
        }
        go.send(()).unwrap();
        assert_eq!(is_done.await, Ok(7));
    }
}
