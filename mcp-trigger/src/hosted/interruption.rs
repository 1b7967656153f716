//! Ctrl-C, and the wish of the system that the program ends.

#[cfg(feature = "local")]
use std::sync::Arc;
#[cfg(feature = "local")]
use tokio::sync::Notify;

/// Records interruptions from its creation on, also while no task waits for them.
pub(crate) struct Interruption {
    /// Told once when standard input ends; `None` if that is of no interest.
    #[cfg(feature = "local")]
    end_of_input: Option<Arc<Notify>>,
    /// Ctrl-C, and the wish to end; `None` if the system does not tell.
    #[cfg(unix)]
    pub(crate) signals: Option<[tokio::signal::unix::Signal; 2]>,
}

impl Interruption {
    /// Takes interruptions over: from now on they do not end the program by themselves.
    pub(crate) fn new() -> Self {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let interrupt = signal(SignalKind::interrupt());
            Interruption {
                #[cfg(feature = "local")]
                end_of_input: None,
                signals: interrupt.and_then(|i| Ok([i, signal(SignalKind::terminate())?])).ok(),
            }
        }
        #[cfg(not(unix))]
        Interruption {
            #[cfg(feature = "local")]
            end_of_input: None,
        }
    }

    /// Takes the end of standard input for an interruption too. The program that has started this one holds the other end: however
    /// that program ends, it leaves nothing behind.
    #[cfg(feature = "local")]
    pub(crate) fn or_end_of_input(mut self) -> Self {
        let ended = Arc::new(Notify::new());
        self.end_of_input = Some(Arc::clone(&ended));
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
            ended.notify_one();
        });
        self
    }

    /// Waits for the next.
    pub(crate) async fn wait(&mut self) {
        #[cfg(feature = "local")]
        if let Some(ended) = self.end_of_input.clone() {
            tokio::select! {
                () = ended.notified() => {}
                () = self.signalled() => {}
            }
            return;
        }
        self.signalled().await;
    }

    /// Waits for the next signal.
    async fn signalled(&mut self) {
        #[cfg(unix)]
        if let Some([interrupt, terminate]) = &mut self.signals {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
        let _ = tokio::signal::ctrl_c().await;
    }

    /// Waits until the system wants the program to end; Ctrl-C is left to others that hear it too.
    pub(crate) async fn wait_for_termination(&mut self) {
        #[cfg(unix)]
        if let Some([_, terminate]) = &mut self.signals {
            terminate.recv().await;
            return;
        }
        while tokio::signal::ctrl_c().await.is_ok() {}
        std::future::pending::<()>().await;
    }
}
