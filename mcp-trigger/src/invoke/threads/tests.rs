//! Which thread a call runs on, and what becomes of calls that block.

use super::*;
use mcp_trigger_core::telemetry::{CallLog, Destination, Source};
use std::sync::atomic::AtomicUsize;
use std::sync::mpsc;
use std::time::Duration;
use tokio::sync::oneshot;

/// Runs a call, and gives what it ended with.
async fn run<T: Send + 'static>(
    threads: &Threads,
    history: Option<&'static PollHistory>,
    code: impl Future<Output = T> + Send + 'static,
) -> Result<T, String> {
    let source = Source { name: "call".into(), target: "test" };
    let ended = Arc::new(Mutex::new(None));
    let leaves = Arc::clone(&ended);
    let call = Box::pin(async move {
        let outcome = code.await;
        *lock(&leaves) = Some(outcome);
    });
    let call = Running::new(CallLog::new(source, String::new(), Destination::Process), call);
    threads.run(history, call, None).await.map(|()| lock(&ended).take().unwrap())
}

fn history() -> &'static PollHistory {
    Box::leak(Box::default())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_calls_block_at_once_than_there_are_threads() {
    let threads = Arc::new(Threads::new(2));
    let (active, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let calls: Vec<_> = (0..10)
        .map(|_| {
            let (threads, active, most) = (Arc::clone(&threads), Arc::clone(&active), Arc::clone(&most));
            tokio::spawn(async move {
                let blocks = async move {
                    most.fetch_max(active.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    std::thread::sleep(Duration::from_millis(2));
                    active.fetch_sub(1, Ordering::SeqCst);
                };
                run(&threads, Some(history()), blocks).await
            })
        })
        .collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_nobody_waits_for_keeps_its_thread_until_it_returns() {
    let threads = Arc::new(Threads::new(1));
    let (go, wait) = mpsc::channel::<()>();
    let blocks = run(&threads, None, async move { wait.recv() });
    assert!(tokio::time::timeout(Duration::from_millis(10), blocks).await.is_err());
    let next = tokio::spawn({
        let threads = Arc::clone(&threads);
        async move { run(&threads, None, async { "next" }).await }
    });
    tokio::task::yield_now().await;
    assert!(!next.is_finished() && threads.blocking.available_permits() == 0);
    go.send(()).unwrap();
    assert_eq!(next.await.unwrap(), Ok("next"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_async_call_keeps_no_thread_while_it_waits() {
    let threads = Threads::new(1);
    let (send, receive) = oneshot::channel();
    let waits = run(&threads, None, receive);
    let other = async {
        assert_eq!(run(&threads, None, async { 1 }).await, Ok(1));
        send.send(2).unwrap();
    };
    let (waited, ()) = tokio::join!(waits, other);
    assert_eq!(waited, Ok(Ok(2)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_woken_that_is_woken_while_it_is_polled() {
    for history in [None, Some(history())] {
        let threads = Threads::new(4);
        for _ in 0..200 {
            let yields = async {
                for _ in 0..3 {
                    tokio::task::yield_now().await;
                }
                7
            };
            assert_eq!(run(&threads, history, yields).await, Ok(7));
        }
    }
}

#[tokio::test]
async fn a_runtime_of_one_thread_is_never_blocked() {
    let (threads, history) = (Threads::new(1), history());
    for _ in 0..100 {
        let here = std::thread::current().id();
        let elsewhere = run(&threads, Some(history), async move { std::thread::current().id() != here }).await;
        assert_eq!(elsewhere, Ok(true));
    }
}

/// Runs a call until its function has proved that it is quick.
async fn run_until_inline(threads: &Threads, history: &'static PollHistory) {
    loop {
        let here = std::thread::current().id();
        if run(threads, Some(history), async { std::thread::current().id() }).await == Ok(here) {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quick_function_shares_the_thread_of_its_connection_until_it_panics_there() {
    let (threads, history) = (Threads::new(1), history());
    let connection = tokio::spawn(async move {
        run_until_inline(&threads, history).await;
        let blocks_on = || async { Handle::current().block_on(std::future::ready(7)) };
        let panicked = run(&threads, Some(history), blocks_on()).await;
        assert!(panicked.is_err_and(|message| message.contains("from within a runtime")), "tokio has changed");
        for _ in 0..100 {
            assert_eq!(run(&threads, Some(history), blocks_on()).await, Ok(7));
        }
    });
    connection.await.unwrap();
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_blocking_thread_gives_way_to_the_connections() {
    let niceness = || getpriority_process(Some(rustix::thread::gettid())).unwrap();
    let before = niceness();
    let there = run(&Threads::new(1), None, async move { niceness() }).await;
    assert_eq!(there, Ok(before.max(NICENESS)));
    assert_eq!(niceness(), before);
}
