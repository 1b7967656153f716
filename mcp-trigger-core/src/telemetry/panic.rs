//! Panics in the process log.
//!
//! What a function panics with may hold what a client sent, and Rust's own hook writes it as it is.

use super::format::{Escaped, write_start};
use super::with_current;
use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::fmt::{self, Write};
use std::io::Write as _;
use std::panic::{self, PanicHookInfo};
use tracing::Level;

/// From now on the message of a panic is one line of the log, unless the app has a hook of its own.
pub fn log_panics() {
    let (hook, default) = (panic::take_hook(), panic::take_hook());
    if is_same(&*hook, &*default) {
        panic::set_hook(Box::new(log));
    } else {
        panic::set_hook(hook);
    }
}

type Hook = dyn Fn(&PanicHookInfo<'_>) + Send + Sync;

/// Whether two hooks are the same function. Once one is taken, the next to be taken is Rust's own.
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
    let mut out = Escaped(line);
    write_start(&mut out, Level::ERROR)?;
    out.write_str("panic: ")?;
    with_current(|call| write!(out, "{}: ", call.name())).transpose()?;
    if let Some(place) = panic.location() {
        write!(out, "{place}: ")?;
    }
    out.write_str(panic_message(panic.payload()))?;
    line.push('\n');
    Ok(())
}

/// What a panic says.
pub fn panic_message(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}
