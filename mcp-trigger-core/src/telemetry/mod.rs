//! Logs. A line appears when it is logged, under the target and at the level of whoever logs it, with the call that it is of; that
//! is what `source` and `format` are for. The Functions host wants the lines of an invocation in its reply: those are kept, and not
//! shown.
//!
//! What a function logs with its context and what anybody logs with `tracing` while it runs is treated alike,
//! with one difference: only the former goes to clients, and not through here.

mod call;
mod format;
mod levels;
mod output;
mod panic;
mod source;

pub use call::{Called, log_calls};
pub use levels::BadLevels;
pub use output::flush;
pub use panic::{log_panics, panic_message};

use crate::ids;
use crate::lock::lock;
use format::{Escaped, LineFormat, write_text};
use output::Streams;
use std::borrow::Cow;
use std::fmt::{self, Display, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Value, dispatcher};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

tokio::task_local! {
    /// The log of the call that the current task runs.
    static CURRENT: CallLog;
}

/// The log of one call.
#[derive(Clone)]
pub struct CallLog(Arc<Inner>);

struct Inner {
    source: Source,
    /// Made when somebody asks for it, if there is none of a host.
    id: OnceLock<String>,
    /// The lines so far, if they travel with the reply. What comes after that goes to the process log.
    kept: Mutex<Option<Vec<LogLine>>>,
    /// Whether nobody waits for the call any more. It stands here, for all that a call is made of knows its log.
    is_over: AtomicBool,
}

/// Where lines come from.
#[derive(Clone, Debug)]
pub struct Source {
    /// What clients call the function.
    pub name: Cow<'static, str>,
    /// The module that it stands in.
    pub target: &'static str,
}

/// Where the lines of a call go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Destination {
    /// To the process log, as they come.
    #[default]
    Process,
    /// With the reply.
    Reply,
}

/// A line that travels with a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// The severity of the line.
    pub level: Level,
    /// The message, with control characters escaped.
    pub text: String,
}

impl LogLine {
    /// A line of a message, whose control characters are escaped.
    pub fn new(level: Level, text: impl Display) -> Self {
        let mut line = String::new();
        // Text takes all that is written.
        let _ = write!(Escaped(&mut line), "{text}");
        LogLine { level, text: line }
    }
}

/// As the Functions host shows it: it adds the time, and takes every line for information, so a line that is more or less says so
/// itself.
impl Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Level::INFO => f.write_str(&self.text),
            level => write!(f, "{level}: {}", self.text),
        }
    }
}

impl CallLog {
    /// The log of a call; `id` is that of its invocation, or empty if it has none yet.
    pub fn new(source: Source, id: String, destination: Destination) -> Self {
        let id = if id.is_empty() { OnceLock::new() } else { OnceLock::from(id) };
        let kept = (destination == Destination::Reply).then(Vec::new);
        CallLog(Arc::new(Inner { source, id, kept: Mutex::new(kept), is_over: AtomicBool::new(false) }))
    }

    /// The process log of an invocation that runs elsewhere.
    pub fn of_invocation(function: &str, id: &str, target: &'static str) -> Self {
        CallLog::new(Source { name: function.to_owned().into(), target }, id.to_owned(), Destination::Process)
    }

    /// The name of the function, as clients know it.
    pub fn name(&self) -> &str {
        &self.0.source.name
    }

    /// The id of the invocation.
    pub fn id(&self) -> &str {
        self.0.id.get_or_init(ids::guid)
    }

    /// Says that nobody waits for the call any more.
    pub fn set_over(&self) {
        self.0.is_over.store(true, Ordering::Relaxed);
    }

    /// Whether nothing waits for the call any more.
    pub fn is_over(&self) -> bool {
        self.0.is_over.load(Ordering::Relaxed)
    }

    /// Logs a line of the function.
    pub fn log(&self, level: Level, message: impl Display) {
        self.log_from(self.0.source.target, level, message);
    }

    /// Logs a line of the call that comes from a module.
    fn log_from(&self, target: &'static str, level: Level, message: impl Display) {
        if level > LevelFilter::current() {
            return;
        }
        let metadata = source::metadata(target, level);
        if !dispatcher::get_default(|subscriber| subscriber.enabled(metadata)) {
            return;
        }
        if self.is_kept() {
            self.keep(LogLine::new(level, message));
            return;
        }
        let (message, name, id) = (tracing::field::display(message), self.name(), self.id());
        let values: [&dyn Value; 3] = [&message, &name, &id];
        let mut fields = metadata.fields().iter();
        let fields: [_; 3] = std::array::from_fn(|_| fields.next());
        if let [Some(first), Some(second), Some(third)] = &fields {
            let [message, name, id] = values;
            let values = [(first, Some(message)), (second, Some(name)), (third, Some(id))];
            let values = metadata.fields().value_set(&values);
            // Also for a line that another task of the function logs.
            CURRENT.sync_scope(self.clone(), || Event::dispatch(metadata, &values));
        }
    }

    /// Logs each line of a text by itself: what another process says, or what went wrong around a call.
    pub fn log_lines(&self, level: Level, text: &str) {
        text.lines().for_each(|line| self.log(level, line));
    }

    /// Logs why the call failed. The name stands in a line of the process log already.
    pub fn failed(&self, error: impl Display) {
        match self.is_kept() {
            true => self.log(Level::ERROR, format_args!("{} failed: {error}", self.name())),
            false => self.log(Level::ERROR, format_args!("failed: {error}")),
        }
    }

    fn is_kept(&self) -> bool {
        lock(&self.0.kept).is_some()
    }

    fn keep(&self, line: LogLine) {
        if let Some(kept) = &mut *lock(&self.0.kept) {
            kept.push(line);
        }
    }

    /// Takes the lines out that travel with the reply, which is all of them.
    pub fn take(&self) -> Vec<LogLine> {
        lock(&self.0.kept).take().unwrap_or_default()
    }
}

/// Polls a call so that what it logs with `tracing` is known as its own. Tasks that it spawns log for themselves.
pub fn within<T>(log: &CallLog, poll: impl FnOnce() -> T) -> T {
    CURRENT.sync_scope(log.clone(), poll)
}

/// Does something with the log of the call that runs here.
fn with_current<T>(f: impl FnOnce(&CallLog) -> T) -> Option<T> {
    CURRENT.try_with(f).ok()
}

/// Keeps an event for the reply of the call that runs here; `false` if its lines go to the process log.
fn keep(event: &Event<'_>) -> bool {
    let keep = |log: &CallLog| {
        let mut line = LogLine { level: *event.metadata().level(), text: String::new() };
        let _ = write_text(event, &mut Escaped(&mut line.text));
        log.keep(line);
    };
    with_current(|log| log.is_kept().then(|| keep(log))).flatten().is_some()
}

/// Where the process log goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Console {
    /// Errors to stderr, all others to stdout: the Functions host takes every line on stderr for an error.
    Both,
    /// All to stderr, for stdout is for the answer of a command.
    Stderr,
}

/// Sets up `tracing`, unless the app has done so. `RUST_LOG` chooses levels, as in `info,my_app=debug`.
///
/// # Errors
///
/// If `RUST_LOG` cannot be read.
pub fn init(console: Console) -> Result<(), BadLevels> {
    if dispatcher::has_been_set() {
        return Ok(());
    }
    let levels = levels::of_environment()?;
    let on_stderr = match console {
        Console::Both => Level::ERROR,
        Console::Stderr => Level::TRACE,
    };
    let lines =
        tracing_subscriber::fmt::layer().event_format(LineFormat).with_ansi(false).with_writer(Streams(on_stderr));
    let _ = tracing_subscriber::registry().with(levels).with(lines).try_init();
    Ok(())
}

#[cfg(test)]
mod tests;
