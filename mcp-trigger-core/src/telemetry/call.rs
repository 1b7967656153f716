//! One line for each call, for whoever runs the app by hand: what was called, how it ended, how long it took.
//!
//! The Functions host writes such lines itself.

use super::CallLog;
use host_protocol::ToolResult;
use std::any::Any;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use tracing::Level;

/// The target of these lines, by which `RUST_LOG` can leave them out.
const TARGET: &str = "mcp_trigger::call";

static ARE_LOGGED: AtomicBool = AtomicBool::new(false);

/// From now on each call has its line.
pub fn log_calls() {
    ARE_LOGGED.store(true, Ordering::Relaxed);
}

/// A call that has its line when it ends. It costs nothing where calls have none.
pub struct Called<'a>(Option<(&'a CallLog, Instant)>);

impl<'a> Called<'a> {
    /// A call that begins now.
    pub fn now(log: &'a CallLog) -> Self {
        let is_logged = ARE_LOGGED.load(Ordering::Relaxed) && tracing::enabled!(target: TARGET, Level::INFO);
        Called(is_logged.then(|| (log, Instant::now())))
    }

    /// It has ended.
    pub fn ended<T: 'static, E>(mut self, outcome: &Result<T, E>) {
        if let Some(call) = self.0.take() {
            write(call, if is_success(outcome) { "succeeded" } else { "failed" });
        }
    }
}

/// A call that is dropped has no outcome: its client has taken it back or has gone, or is asked something and calls again.
impl Drop for Called<'_> {
    fn drop(&mut self) {
        if let Some(call) = self.0.take() {
            write(call, "ended without an outcome");
        }
    }
}

fn write((log, start): (&CallLog, Instant), outcome: &str) {
    let millis = start.elapsed().as_secs_f64() * 1e3;
    log.log_from(TARGET, Level::INFO, format_args!("{outcome} after {millis:.1} ms"));
}

/// Whether a call did what it should. A tool may tell of its failure in a result.
fn is_success<T: 'static, E>(outcome: &Result<T, E>) -> bool {
    let Ok(result) = outcome else { return false };
    (result as &dyn Any).downcast_ref::<ToolResult>().is_none_or(|result| result.is_error != Some(true))
}
