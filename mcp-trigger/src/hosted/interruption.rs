//! Ctrl-C, and the wish of the system that the program ends.

/// Records interruptions from its creation on, also while no task waits for them.
pub(crate) struct Interruption {
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
            Interruption { signals: interrupt.and_then(|i| Ok([i, signal(SignalKind::terminate())?])).ok() }
        }
        #[cfg(not(unix))]
        Interruption {}
    }

    /// Waits for the next.
    pub(crate) async fn wait(&mut self) {
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
