//! Logs: the process log, and the log of each call.
//!
//! A line is written when it is logged, with its target, its level and its call (`source`, `format`). The Functions host expects
//! the lines of an invocation in the reply of a custom handler, and on the stream of a language worker: such lines are kept, or sent,
//! instead of written.
//!
//! Lines from the context of a function and lines from `tracing` during its call are treated alike. Only the former also go to
//! clients, which is not done by this module.

mod call;
mod format;
mod levels;
mod line;
mod now_and_then;
#[cfg(feature = "otel")]
pub mod otel;
mod output;
mod panic;
mod source;

pub use call::{Called, log_calls};
pub use levels::BadLevels;
pub use line::{LINE_LIMIT, for_terminal, is_escaped, line, lines};
pub use now_and_then::NowAndThen;
pub use panic::{log_panics, panic_message};

use crate::ids;
use crate::lock::lock;
use format::{LineFormat, write_text};
use line::Line;
use output::Streams;
use std::borrow::Cow;
use std::fmt::{self, Display};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber, Value, dispatcher};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

tokio::task_local! {
    /// The log of the call that the current task runs.
    static CURRENT: CallLog;
}

/// The log of one call. Clones share the log.
#[derive(Clone)]
pub struct CallLog(Arc<Inner>);

struct Inner {
    source: Source,
    /// The id of the invocation. Made at its first use, unless a host has given one.
    id: OnceLock<String>,
    /// Where lines go now. After the reply it is the process log.
    lines: Mutex<Lines>,
    /// Whether no caller waits for the call any more. The flag is part of the log because all parts of a call know its log.
    is_over: AtomicBool,
}

/// Where the lines of a call go.
enum Lines {
    Process,
    /// They wait for the reply.
    Kept(Vec<LogLine>),
    Sent(Arc<dyn LineSink>),
}

/// The function whose call logs lines.
#[derive(Clone, Debug)]
pub struct Source {
    /// The name of the function, as clients know it.
    pub name: Cow<'static, str>,
    /// The path of the function's module, such as `my_app::greetings`: the target of its lines.
    pub target: &'static str,
}

/// The destination of the lines of a call. Default: the process log.
#[derive(Clone, Debug, Default)]
pub enum Destination {
    /// Lines go to the process log at once.
    #[default]
    Process,
    /// Lines are kept, and go to the Functions host with the reply.
    Reply,
    /// Lines go to the sink at once. Lines after the end of the call go to the process log.
    Sink(Arc<dyn LineSink>),
}

/// Takes the lines of calls while the calls run.
pub trait LineSink: fmt::Debug + Send + Sync {
    /// Whether the sink takes lines. When it does not any more, they go to the process log: a function that is not `async` may run on
    /// after its call was cancelled.
    fn is_open(&self) -> bool;

    /// Takes a line of an invocation. Must not wait.
    fn take(&self, invocation: &str, line: LogLine);
}

/// A line of a call that does not go to the process log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    /// The severity of the line.
    pub level: Level,
    /// The path of the module that the line comes from.
    pub target: &'static str,
    /// The message, as one line ([`line()`]).
    pub text: String,
}

impl LogLine {
    /// Makes a line of a message. Control characters are escaped, and a long message is cut.
    pub fn new(level: Level, target: &'static str, text: impl Display) -> Self {
        LogLine { level, target, text: line(text) }
    }
}

/// Writes the line for the Functions host. The host adds the time, and shows each line at the level information, so lines of other
/// levels begin with their level: `WARN: slow`.
impl Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.level {
            Level::INFO => f.write_str(&self.text),
            level => write!(f, "{level}: {}", self.text),
        }
    }
}

impl CallLog {
    /// Makes the log of a call. `id` is the id of its invocation; if `id` is empty, a GUID is made when it is needed.
    pub fn new(source: Source, id: String, destination: Destination) -> Self {
        let id = if id.is_empty() { OnceLock::new() } else { OnceLock::from(id) };
        let lines = match destination {
            Destination::Process => Lines::Process,
            Destination::Reply => Lines::Kept(Vec::new()),
            Destination::Sink(sink) => Lines::Sent(sink),
        };
        CallLog(Arc::new(Inner { source, id, lines: Mutex::new(lines), is_over: AtomicBool::new(false) }))
    }

    /// Makes the log of an invocation that runs in another process. Its lines go to the process log under `target`.
    pub fn of_invocation(function: &str, id: &str, target: &'static str) -> Self {
        CallLog::new(Source { name: function.to_owned().into(), target }, id.to_owned(), Destination::Process)
    }

    /// The name of the function, as clients know it.
    pub fn name(&self) -> &str {
        &self.0.source.name
    }

    /// The id of the invocation: the one that the host gave, or a GUID.
    pub fn id(&self) -> &str {
        self.0.id.get_or_init(ids::guid)
    }

    /// Marks the call as over: no caller waits for it any more.
    pub fn set_over(&self) {
        self.0.is_over.store(true, Ordering::Relaxed);
    }

    /// Whether the call is over: no caller waits for it any more.
    pub fn is_over(&self) -> bool {
        self.0.is_over.load(Ordering::Relaxed)
    }

    /// Logs a line under the target of the function.
    pub fn log(&self, level: Level, message: impl Display) {
        self.log_from(self.0.source.target, level, message);
    }

    /// Logs a line of the call under a target.
    fn log_from(&self, target: &'static str, level: Level, message: impl Display) {
        if level > LevelFilter::current() {
            return;
        }
        let metadata = source::metadata(target, level);
        if !dispatcher::get_default(|subscriber| subscriber.enabled(metadata)) {
            return;
        }
        if self.is_kept() {
            self.keep(LogLine::new(level, target, message));
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
            // The scope names the call also for a line that another task of the function logs.
            CURRENT.sync_scope(self.clone(), || Event::dispatch(metadata, &values));
        }
    }

    /// Logs each line of a text as a separate line, such as the output of another process, or an error around a call.
    pub fn log_lines(&self, level: Level, text: &str) {
        text.lines().for_each(|line| self.log(level, line));
    }

    /// Logs the error of the call, at the level error. In a reply the text begins with the name of the function, which lines of the
    /// process log have anyway.
    pub fn failed(&self, error: impl Display) {
        match self.is_kept() {
            true => self.log(Level::ERROR, format_args!("{} failed: {error}", self.name())),
            false => self.log(Level::ERROR, format_args!("failed: {error}")),
        }
    }

    /// Whether lines go elsewhere than to the process log.
    fn is_kept(&self) -> bool {
        match &*lock(&self.0.lines) {
            Lines::Process => false,
            Lines::Kept(_) => true,
            Lines::Sent(sink) => sink.is_open(),
        }
    }

    fn keep(&self, line: LogLine) {
        let sink = match &mut *lock(&self.0.lines) {
            Lines::Process => return,
            Lines::Kept(kept) => return kept.push(line),
            Lines::Sent(sink) => Arc::clone(sink),
        };
        sink.take(self.id(), line);
    }

    /// Takes the lines for the reply. Later lines go to the process log. Empty unless lines go to the reply ([`Destination::Reply`]).
    pub fn take(&self) -> Vec<LogLine> {
        match std::mem::replace(&mut *lock(&self.0.lines), Lines::Process) {
            Lines::Kept(kept) => kept,
            Lines::Process | Lines::Sent(_) => Vec::new(),
        }
    }
}

/// Runs `poll` within a call: lines that `poll` logs with `tracing` belong to the call. Lines of tasks that the call spawns do not.
pub fn within<T>(log: &CallLog, poll: impl FnOnce() -> T) -> T {
    CURRENT.sync_scope(log.clone(), poll)
}

/// Calls `f` with the log of the call that runs in this task. `None` if no call runs.
fn with_current<T>(f: impl FnOnce(&CallLog) -> T) -> Option<T> {
    CURRENT.try_with(f).ok()
}

/// Keeps an event for the reply of the call that runs in this task. `false` if the event goes to the process log.
fn keep(event: &Event<'_>) -> bool {
    let keep = |log: &CallLog| {
        let mut text = String::new();
        let mut line = Line::new(&mut text);
        // Text takes all that is written.
        let _ = write_text(event, &mut line).and_then(|()| line.end());
        let metadata = event.metadata();
        log.keep(LogLine { level: *metadata.level(), target: metadata.target(), text });
    };
    with_current(|log| log.is_kept().then(|| keep(log))).flatten().is_some()
}

/// The streams of the process log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Console {
    /// Errors go to stderr, other lines to stdout: the Functions host reads each line on stderr as an error.
    Both,
    /// All lines go to stderr, because stdout is for the output of a command.
    Stderr,
}

/// Sets up `tracing`, unless the app has done so. `RUST_LOG` sets levels, as in `info,my_app=debug`. Default: `info`.
///
/// # Errors
///
/// If `RUST_LOG` cannot be read.
pub fn init(console: Console) -> Result<(), BadLevels> {
    if dispatcher::has_been_set() {
        return Ok(());
    }
    let levels = levels::of_environment()?;
    let _ = tracing_subscriber::registry().with(levels).with(lines_of_log(console)).try_init();
    Ok(())
}

/// Sets up `tracing` as [`init`] does, and sends traces and metrics where the environment says. A place that cannot be used is a line of
/// the log: the app goes on without it.
///
/// # Errors
///
/// If `RUST_LOG` cannot be read.
#[cfg(feature = "otel")]
pub fn init_with_export(console: Console, service: &otel::Service) -> Result<(), BadLevels> {
    let levels = levels::of_environment()?;
    let started = otel::start(service);
    let Ok(true) = started else {
        init(console)?;
        if let Err(error) = started {
            tracing::warn!("no traces and metrics are sent: {error}");
        }
        return Ok(());
    };
    if !dispatcher::has_been_set() {
        // Each has its own filter: spans of calls are no part of lines, and are there whatever the levels say.
        let lines = lines_of_log(console).with_filter(levels.clone().with_target(otel::TARGET, LevelFilter::OFF));
        let _ = tracing_subscriber::registry().with(lines).with(otel::layer(levels)).try_init();
    }
    Ok(())
}

/// The layer that writes lines.
fn lines_of_log<S>(console: Console) -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let on_stderr = match console {
        Console::Both => Level::ERROR,
        Console::Stderr => Level::TRACE,
    };
    tracing_subscriber::fmt::layer().event_format(LineFormat).with_ansi(false).with_writer(Streams(on_stderr))
}

/// Waits until all lines logged so far are written, at most 1 s for each of stdout and stderr, and until all traces and metrics are
/// sent, at most 3 s. Call this function at the end of a program.
pub fn flush() {
    #[cfg(feature = "otel")]
    otel::shutdown();
    output::flush();
}

#[cfg(test)]
mod tests;
