//! Logs: the lines of a call travel with its reply, all others go to the console.
//!
//! The host takes every line on stderr for an error, so only errors go there.

use crate::client::Client;
use std::fmt::{self, Display, Write as _};
use std::sync::{Arc, Mutex, PoisonError};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::{Targets, filter_fn};
use tracing_subscriber::fmt::writer::MakeWriterExt as _;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

tokio::task_local! {
    /// The lines of the call that the current task runs.
    static CURRENT: LogSink;
}

/// The lines that a call has logged so far.
#[derive(Clone, Default)]
pub(crate) struct LogSink(Arc<Sink>);

#[derive(Default)]
struct Sink {
    lines: Mutex<Vec<String>>,
    /// Who reads along.
    client: Option<Arc<dyn Client>>,
}

impl LogSink {
    pub(crate) fn new(client: Option<Arc<dyn Client>>) -> Self {
        LogSink(Arc::new(Sink { lines: Mutex::default(), client }))
    }

    /// Adds a line. The host shows every line as information, so a line that is more or less says so itself.
    pub(crate) fn log(&self, level: Level, message: impl Display) {
        if let Some(client) = &self.0.client {
            client.log(level, &message);
        }
        if level > LevelFilter::current() {
            return;
        }
        let line = if level == Level::INFO { message.to_string() } else { format!("{level}: {message}") };
        self.0.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }

    /// Takes the lines out.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Writes the lines of a call to the console, each at the level that it says itself. What is less than information is information
/// here: only the function's own module may have been asked for it.
pub(crate) fn write(function: &str, lines: &[String]) {
    for line in lines {
        match line.split_once(": ") {
            Some(("ERROR", line)) => tracing::error!("{function}: {line}"),
            Some(("WARN", line)) => tracing::warn!("{function}: {line}"),
            _ => tracing::info!("{function}: {line}"),
        }
    }
}

/// Runs a call so that what it logs with `tracing` becomes its lines. Tasks that it spawns log to the console.
pub(crate) fn scope<F: Future>(lines: &LogSink, call: F) -> impl Future<Output = F::Output> {
    CURRENT.scope(lines.clone(), call)
}

/// Where lines go that belong to no call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Console {
    /// Errors to stderr, all others to stdout.
    Both,
    /// All to stderr, for stdout is for the answer of a command.
    Stderr,
}

/// Sets up `tracing`, unless the app has done so. `RUST_LOG` chooses levels, as in `info,my_app=debug`.
pub(crate) fn init(console: Console) {
    let levels = std::env::var("RUST_LOG").ok().and_then(|levels| levels.parse::<Targets>().ok());
    let levels = levels.unwrap_or_else(|| Targets::new().with_default(Level::INFO));
    let on_stderr = match console {
        Console::Both => Level::ERROR,
        Console::Stderr => Level::TRACE,
    };
    let console = tracing_subscriber::fmt::layer()
        .without_time()
        .with_ansi(false)
        .with_writer(std::io::stderr.with_max_level(on_stderr).or_else(std::io::stdout))
        .with_filter(filter_fn(|_| CURRENT.try_with(|_| ()).is_err()));
    let _ = tracing_subscriber::registry().with(levels).with(CallLines).with(console).try_init();
}

/// The layer that gives a call its lines.
struct CallLines;

impl<S: Subscriber> Layer<S> for CallLines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let _ = CURRENT.try_with(|lines| {
            let mut line = Line::default();
            event.record(&mut line);
            lines.log(*event.metadata().level(), line);
        });
    }
}

/// The text of an event: its message, then its fields.
#[derive(Default)]
struct Line {
    message: String,
    fields: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = match field.name() {
            "message" => write!(self.message, "{value:?}"),
            name => write!(self.fields, " {name}={value:?}"),
        };
    }
}

impl Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.message, self.fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_a_call_traces_becomes_its_lines() {
        let subscriber = tracing_subscriber::registry().with(CallLines);
        let _guard = tracing::subscriber::set_default(subscriber);
        let lines = LogSink::default();
        scope(&lines, async {
            tracing::info!(city = "Oslo", "asked");
            tracing::warn!("slow");
        })
        .await;
        tracing::info!("outside");
        assert_eq!(lines.take(), ["asked city=\"Oslo\"", "WARN: slow"]);
    }
}
