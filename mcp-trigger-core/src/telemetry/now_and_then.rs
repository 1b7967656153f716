//! [`NowAndThen`]: warnings of what may happen many times a second.

use super::line::line;
use crate::lock::lock;
use crate::task;
use std::fmt::Display;
use std::sync::Mutex;
use std::time::Duration;
use tokio::runtime::Handle;

/// The target of these lines, with which `RUST_LOG` can turn them off.
const TARGET: &str = "mcp_trigger::refused";
/// How long further events are counted, until the log says how many there were: 10 s.
const PERIOD: Duration = Duration::from_secs(10);

/// A warning that is logged the first time at once, and then every 10 s with how many times more. After 10 s without an event, the
/// next is the first again. A client that sends what is refused, as fast as it can, costs one line every 10 s.
///
/// ```
/// use mcp_trigger_core::telemetry::NowAndThen;
///
/// static TOO_LONG: NowAndThen = NowAndThen::new("bodies were too long");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// TOO_LONG.warn("a body of 20 MB was refused");
/// # }
/// ```
pub struct NowAndThen {
    /// The event in the plural, as it follows a number.
    events: &'static str,
    /// How often the event has happened again since the last line. `None` if it has not happened for a while.
    further: Mutex<Option<u64>>,
}

impl NowAndThen {
    /// A warning of these events, such as `bodies were too long`.
    pub const fn new(events: &'static str) -> Self {
        NowAndThen { events, further: Mutex::new(None) }
    }

    /// Logs the event, or counts it. Without a runtime of tokio each event is logged.
    pub fn warn(&'static self, event: impl Display) {
        let has_runtime = Handle::try_current().is_ok();
        if has_runtime && !self.is_first() {
            return;
        }
        tracing::warn!(target: TARGET, "{}", line(event));
        if !has_runtime {
            return;
        }
        let period = Period(self);
        task::spawn(async move {
            loop {
                tokio::time::sleep(PERIOD).await;
                match period.end() {
                    // The next event may have begun a period of its own already.
                    0 => return std::mem::forget(period),
                    count => {
                        tracing::warn!(target: TARGET, "{count} more {} in {} s", period.0.events, PERIOD.as_secs());
                    }
                }
            }
        });
    }

    /// Whether the event has not happened for a while. Counts it otherwise.
    fn is_first(&self) -> bool {
        let mut further = lock(&self.further);
        match &mut *further {
            Some(count) => {
                *count += 1;
                false
            }
            None => {
                *further = Some(0);
                true
            }
        }
    }
}

/// The time in which further events are counted. Also the end of the runtime ends it.
struct Period(&'static NowAndThen);

impl Period {
    /// The number of further events. If there was none, the next event is a first one.
    fn end(&self) -> u64 {
        let mut further = lock(&self.0.further);
        let count = further.take().unwrap_or_default();
        *further = (count > 0).then_some(0);
        count
    }
}

impl Drop for Period {
    fn drop(&mut self) {
        *lock(&self.0.further) = None;
    }
}
