//! A line in the process log for each call: its function, outcome and duration.
//!
//! The lines are for an app that is started by hand. The Functions host writes such lines itself.

use super::CallLog;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use tracing::Level;

/// The target of these lines, with which `RUST_LOG` can turn them off.
const TARGET: &str = "mcp_trigger::call";

static ARE_LOGGED: AtomicBool = AtomicBool::new(false);

/// Turns the lines on, for all later calls of the process. Default: off.
pub fn log_calls() {
    ARE_LOGGED.store(true, Ordering::Relaxed);
}

/// A running call, which writes its line when it ends. Costs nothing where the lines are off.
pub struct Called<'a>(Option<(&'a CallLog, Instant)>);

impl<'a> Called<'a> {
    /// Starts the time of a call.
    pub fn now(log: &'a CallLog) -> Self {
        let is_logged = ARE_LOGGED.load(Ordering::Relaxed) && tracing::enabled!(target: TARGET, Level::INFO);
        Called(is_logged.then(|| (log, Instant::now())))
    }

    /// Ends the call, and writes its line.
    pub fn ended(mut self, has_succeeded: bool) {
        if let Some(call) = self.0.take() {
            write(call, if has_succeeded { "succeeded" } else { "failed" });
        }
    }
}

/// A call that is dropped has no outcome: the client has cancelled or disconnected, or is asked a question and will call again.
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
