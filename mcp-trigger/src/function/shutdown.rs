//! The end of the process, as functions may hear of it. There is one a process, so it is told in one place.

use tokio::sync::SetOnce;

static BEGUN: SetOnce<()> = SetOnce::const_new();

/// Tells all calls that the process is going to end: they have as long as requests are still answered.
pub(crate) fn begin() {
    let _ = BEGUN.set(());
}

/// Whether the end has come.
pub(crate) fn has_begun() -> bool {
    BEGUN.initialized()
}

/// Waits for the end.
pub(crate) async fn begun() {
    BEGUN.wait().await;
}
