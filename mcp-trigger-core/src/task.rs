//! Tasks and blocking work, of one type each: tokio compiles 4 to 8 KB for every type of task, once for each kind of runtime. What is
//! spawned here is on the heap instead, and leaves its result in a slot.

use crate::lock::lock;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use tokio::task::{JoinError, JoinHandle};

/// Spawns a task.
pub fn spawn(task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    let task: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(task);
    tokio::spawn(task)
}

/// Does work on a thread that may block.
pub fn spawn_blocking(work: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
    let work: Box<dyn FnOnce() + Send> = Box::new(work);
    tokio::task::spawn_blocking(work)
}

/// Completes a future in a task of its own, which goes on if the caller is dropped.
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

/// Does work on a thread that may block, and waits for its result.
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

/// The result that a task has left.
async fn taken<T>(task: JoinHandle<()>, result: &Mutex<Option<T>>) -> Result<T, JoinError> {
    task.await?;
    let left = lock(result).take();
    match left {
        Some(result) => Ok(result),
        // A task that has ended without a panic has left its result.
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
