//! Panics in the process log.
//!
//! The message of a panic may hold text of a client, which Rust's own hook would write without escaping it.

use super::format::write_start;
use super::line::Line;
use super::with_current;
use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::fmt::{self, Write};
use std::io::Write as _;
use std::panic::{self, PanicHookInfo};
use tracing::Level;

/// Installs a hook that writes the message of each panic as one line to stderr, in the format of the process log. Does nothing if
/// the app has installed its own hook.
pub fn log_panics() {
    // After the hook is taken, Rust's own hook is in its place, and is taken next.
    let (hook, default) = (panic::take_hook(), panic::take_hook());
    if is_same(&*hook, &*default) {
        panic::set_hook(Box::new(log));
    } else {
        panic::set_hook(hook);
    }
}

type Hook = dyn Fn(&PanicHookInfo<'_>) + Send + Sync;

/// Whether two hooks are the same function.
#[allow(
    ambiguous_wide_pointer_comparisons,
    reason = "a hook that is mistaken for one of the app's is kept, as it was before"
)]
fn is_same(one: &Hook, other: &Hook) -> bool {
    std::ptr::eq(one, other)
}

fn log(panic: &PanicHookInfo<'_>) {
    let mut line = String::new();
    // Text takes all that is written.
    let _ = write_line(&mut line, panic);
    let backtrace = Backtrace::capture();
    let mut stderr = std::io::stderr().lock();
    let _ = stderr.write_all(line.as_bytes());
    if backtrace.status() == BacktraceStatus::Captured {
        let _ = writeln!(stderr, "{backtrace}");
    }
}

fn write_line(line: &mut String, panic: &PanicHookInfo<'_>) -> fmt::Result {
    let mut out = Line::new(line);
    write_start(&mut out, Level::ERROR)?;
    out.write_str("panic: ")?;
    with_current(|call| write!(out, "{}: ", call.name())).transpose()?;
    if let Some(place) = panic.location() {
        write!(out, "{place}: ")?;
    }
    out.write_str(panic_message(panic.payload()))?;
    out.end()?;
    line.push('\n');
    Ok(())
}

/// The message of a panic: its payload, or `without a message` if the payload is not text.
pub fn panic_message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}
