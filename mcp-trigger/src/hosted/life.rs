//! From the start of the process to its end: signals, the host as parent process, exit codes.

use super::Interruption;
#[cfg(unix)]
use std::time::Duration;

// No exit code is 0: the host never starts a handler again that ended with 0 (ground-truth.md §4).
/// The exit code of an app that could not start.
pub(crate) const FAILED: u8 = 1;
const HOST_GONE: u8 = 3;
/// 128 + the number of the signal, as in shells.
#[cfg(unix)]
const INTERRUPTED: u8 = 130;
const TERMINATED: u8 = 143;

/// The life of a process whose parent is the Functions host.
pub(crate) struct Life {
    host: u32,
    interruption: Interruption,
}

impl Life {
    /// Takes signals over, and remembers the parent process. To be called first: once the host can reach the process, the host
    /// may end at any time, and then another process is the parent.
    pub(crate) fn begin() -> Self {
        Life { host: parent(), interruption: Interruption::new() }
    }

    /// Waits for the end, and gives the exit code.
    pub(crate) async fn ended(self) -> u8 {
        tokio::select! {
            () = parent_gone(self.host) => {
                tracing::warn!("the Functions host is gone: stopping");
                HOST_GONE
            }
            code = signalled(self.interruption) => code,
        }
    }
}

/// The process that started this one.
fn parent() -> u32 {
    #[cfg(unix)]
    return std::os::unix::process::parent_id();
    #[cfg(not(unix))]
    return 0;
}

/// Waits until the process that started this one has ended. The host ends its handler with a signal that cannot be missed, but
/// cannot do so when it is killed itself.
///
/// The looking is left to a thread: a timer of the runtime would be set anew in the kernel before each wait for a request.
#[cfg(unix)]
async fn parent_gone(host: u32) {
    let (gone, is_gone) = tokio::sync::oneshot::channel();
    let watch = move || {
        while parent() == host {
            std::thread::sleep(Duration::from_millis(500));
        }
        let _ = gone.send(());
    };
    let watching = std::thread::Builder::new().name("parent-watch".to_owned()).spawn(watch);
    if watching.is_err() || is_gone.await.is_err() {
        // Without a thread the parent is not watched; the signal of the host still comes.
        std::future::pending::<()>().await;
    }
}

/// On Windows the host's job object ends the handler with it.
#[cfg(not(unix))]
async fn parent_gone(_host: u32) {
    std::future::pending::<()>().await;
}

/// Waits for a signal that means the end, and gives the code to end with.
#[cfg(unix)]
async fn signalled(interruption: Interruption) -> u8 {
    let Some([mut interrupt, mut terminate]) = interruption.signals else { return std::future::pending().await };
    tokio::select! {
        _ = terminate.recv() => TERMINATED,
        code = async {
            // Ctrl-C reaches the whole process group: the host stops its functions first, and then this process.
            interrupt.recv().await;
            tracing::info!("interrupted: the Functions host will stop this process; interrupt it again to stop it now");
            interrupt.recv().await;
            INTERRUPTED
        } => code,
    }
}

#[cfg(not(unix))]
async fn signalled(mut interruption: Interruption) -> u8 {
    interruption.wait_for_termination().await;
    TERMINATED
}
