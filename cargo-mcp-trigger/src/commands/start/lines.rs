//! [`Lines`]: the log of a local host and its handler, as `start` shows it: a line for each call, and what functions log.
//!
//! The host writes `TIME LEVEL [ID] TARGET: TEXT`. What the handler writes is a TEXT of the target `handler`, and mostly a line of the
//! same form. A line in another form is shown as it is.

use crate::output::{self, ASIDE, BAD, GOOD, NAME, WARNING};
use anstyle::{AnsiColor, Style};
use mcp_trigger_core::lock::lock;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// The name of an app before each of its lines; empty if it is the only one.
#[derive(Clone, Debug, Default)]
pub(super) struct Label(String);

impl Label {
    /// The label of one of several apps, as wide as the widest.
    pub(super) fn new(name: &str, width: usize, number: usize) -> Self {
        let colors = [AnsiColor::Cyan, AnsiColor::Magenta, AnsiColor::Blue, AnsiColor::Yellow, AnsiColor::Green];
        let style = colors[number % colors.len()].on_default();
        Label(format!("{} ", output::styled(style, format!("{name:width$} |"))))
    }

    /// Writes lines to standard error.
    pub(super) fn note(&self, text: &str) {
        output::note(self.before(text));
    }

    /// Text with the label before each line.
    pub(super) fn before(&self, text: &str) -> String {
        text.lines().map(|line| format!("{}{line}", self.0)).collect::<Vec<_>>().join("\n")
    }
}

/// When the reload began that is under way.
#[derive(Clone, Default)]
pub(super) struct Reload(Arc<Mutex<Option<Instant>>>);

impl Reload {
    /// Begins a reload, unless one is under way.
    pub(super) fn begin(&self) {
        lock(&self.0).get_or_insert_with(Instant::now);
    }

    /// Ends the reload. `None` if none was under way.
    pub(super) fn end(&self) -> Option<Instant> {
        lock(&self.0).take()
    }
}

/// The names of functions as clients know them, by the names of the host.
#[derive(Clone, Default)]
pub(super) struct Names(Arc<Mutex<HashMap<String, String>>>);

impl Names {
    pub(super) fn set(&self, names: HashMap<String, String>) {
        *lock(&self.0) = names;
    }

    fn of(&self, function: &str) -> String {
        let names = lock(&self.0);
        names.get(function).map_or(function, String::as_str).to_owned()
    }
}

/// Shows the log of one app.
pub(super) struct Lines {
    label: Label,
    reload: Reload,
    names: Names,
}

/// A line of the log, without its time and id.
#[derive(Debug, PartialEq, Eq)]
struct Line<'a> {
    level: &'a str,
    target: &'a str,
    text: &'a str,
}

impl Lines {
    pub(super) fn new(label: Label, reload: Reload) -> Self {
        Lines { label, reload, names: Names::default() }
    }

    /// The names of functions, to be set once they are known.
    pub(super) fn names(&self) -> Names {
        self.names.clone()
    }

    /// Shows a line that the host has written.
    pub(super) fn show(&self, line: &str) {
        if let Some(text) = self.text(line) {
            self.label.note(&text);
        }
    }

    /// The text that is shown of a line. `None` if the line is not shown.
    fn text(&self, line: &str) -> Option<String> {
        let Some(line) = Line::read(line) else {
            let line = output::foreign(line);
            return Some(match line.strip_prefix("error: ") {
                Some(error) => format!("{} {error}", output::styled(BAD, "error:")),
                None => line,
            });
        };
        match (line.target, line.text) {
            // The handler itself has told of the call, unless it could not.
            ("host", text) if text.starts_with("Executed 'Functions.") => {
                let (function, rest) = text.trim_start_matches("Executed 'Functions.").split_once('\'')?;
                let millis = rest.split_once("Duration=").map_or("", |(_, duration)| duration.trim_end_matches("ms)"));
                rest.contains("(Failed")
                    .then(|| call(&self.names.of(function), "failed", &format!("after {millis} ms")))
            }
            (_, text) if text.starts_with("the handler runs again") || text.starts_with("the app runs again") => {
                let after = self.reload.end().map(|begin| format!(" in {:.1} s", begin.elapsed().as_secs_f64()));
                Some(format!("{}{}", output::styled(GOOD, "reloaded"), after.unwrap_or_default()))
            }
            (_, "the executable has changed") => None,
            ("handler", text) => Some(self.handler_text(&line, text)),
            _ => Some(leveled(line.level, line.text)),
        }
    }

    /// A line of the handler: one of its log, or of the log of an invocation, or free text.
    fn handler_text(&self, line: &Line<'_>, text: &str) -> String {
        let inner = Line::read(text);
        let (level, text) = inner.as_ref().map_or((line.level, text), |inner| (inner.level, inner.text));
        // Lines of a call begin with the name of its function.
        let (function, said) = text.split_once(": ").unwrap_or(("", text));
        if let Some((outcome, after)) = outcome(said) {
            return call(&self.names.of(function), outcome, after);
        }
        // The level is in the text where the host knows none.
        let stripped = |level| said.strip_prefix(level).and_then(|rest| rest.strip_prefix(": "));
        let own = ["ERROR", "WARN", "DEBUG"].into_iter().find_map(|level| Some((level, stripped(level)?)));
        match own {
            Some((level, rest)) => leveled(level, &format!("{}: {rest}", self.names.of(function))),
            None => leveled(level, text),
        }
    }
}

impl<'a> Line<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let (time, rest) = line.split_once(' ')?;
        let is_time = time.len() >= 20 && time.ends_with('Z') && time.as_bytes().get(10) == Some(&b'T');
        let (level, rest) = rest.trim_start().split_once(' ').filter(|_| is_time)?;
        let is_level = ["ERROR", "WARN", "INFO", "DEBUG", "TRACE"].contains(&level);
        let rest = match rest.strip_prefix('[') {
            Some(rest) => rest.split_once("] ")?.1,
            None => rest,
        };
        let (target, text) = rest.split_once(": ").filter(|_| is_level)?;
        Some(Line { level, target, text })
    }
}

/// The outcome of a call, and its duration.
fn outcome(text: &str) -> Option<(&str, &str)> {
    let outcomes = ["succeeded", "failed", "ended without an outcome"];
    let (outcome, after) = outcomes.iter().find_map(|outcome| Some((*outcome, text.strip_prefix(outcome)?)))?;
    let after = after.strip_prefix(' ')?;
    (after.starts_with("after ") && after.ends_with(" ms")).then_some((outcome, after))
}

fn call(name: &str, outcome: &str, after: &str) -> String {
    let style = match outcome {
        "succeeded" => GOOD,
        "failed" => BAD,
        _ => WARNING,
    };
    format!("{} {} {}", output::styled(NAME, name), output::styled(style, outcome), output::styled(ASIDE, after))
}

fn leveled(level: &str, text: &str) -> String {
    let style = match level {
        "ERROR" => BAD,
        "WARN" => WARNING,
        "INFO" => Style::new(),
        _ => ASIDE,
    };
    match level {
        "INFO" => text.to_owned(),
        "ERROR" | "WARN" => format!("{} {text}", output::styled(style, format!("{}:", level.to_lowercase()))),
        _ => output::styled(style, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIME: &str = "2026-07-28T12:30:00.250Z";

    fn shown(line: &str) -> Option<String> {
        let lines = Lines::new(Label::default(), Reload::default());
        lines.names().set([("Greet".to_owned(), "greet".to_owned())].into());
        lines.text(line).map(|text| anstream::adapter::strip_str(&text).to_string())
    }

    #[test]
    fn each_call_is_a_line_with_name_outcome_and_duration() {
        for (line, expected) in [
            // At /mcp the handler writes the line, and the host hands it on.
            (
                format!("{TIME}  INFO handler: {TIME}  INFO [8c6f] mcp_trigger::call: greet: succeeded after 0.4 ms"),
                Some("greet succeeded after 0.4 ms"),
            ),
            // An invocation's lines come with its reply.
            (format!("{TIME}  INFO [8c6f] handler: Greet: failed after 12.0 ms"), Some("greet failed after 12.0 ms")),
            (format!("{TIME}  INFO host: Executed 'Functions.Greet' (Succeeded, Id=8c6f, Duration=3ms)"), None),
            (
                format!("{TIME}  INFO host: Executed 'Functions.Greet' (Failed, Id=8c6f, Duration=3ms)"),
                Some("greet failed after 3 ms"),
            ),
        ] {
            assert_eq!(shown(&line).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn what_functions_log_stays_readable() {
        for (line, expected) in [
            (format!("{TIME}  INFO handler: {TIME}  WARN [8c6f] my_app: greet: slow"), Some("warn: greet: slow")),
            (format!("{TIME}  INFO [8c6f] handler: Greet: ERROR: no database"), Some("error: greet: no database")),
            (format!("{TIME}  INFO [8c6f] handler: Greet: asked for Oslo"), Some("Greet: asked for Oslo")),
            (format!("{TIME} ERROR handler: thread 'main' panicked"), Some("error: thread 'main' panicked")),
            (format!("{TIME}  WARN host: the executable has changed"), None),
            (format!("{TIME}  INFO local_host: the handler runs again"), Some("reloaded")),
            ("error: cannot listen".to_owned(), Some("error: cannot listen")),
            ("  \u{1b}[2J".to_owned(), Some("  \\u{1b}[2J")),
        ] {
            assert_eq!(shown(&line).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn a_reload_ends_once() {
        let reload = Reload::default();
        reload.begin();
        assert!(reload.end().is_some() && reload.end().is_none());
    }
}
