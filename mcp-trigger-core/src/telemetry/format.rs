//! The format of a line of the process log.
//!
//! ```text
//! 2026-07-28T12:30:00.250Z  INFO [8c6f1a52-0000-4000-8000-000000000000] my_app::greetings: hello: asked city="Oslo"
//! ```
//!
//! The parts are: time, level, id of the invocation, spans, target, function, message and fields. A line outside of a call has
//! neither id nor function. An event is always one line: control characters are escaped, because clients choose names and
//! arguments.

use super::source;
use super::{keep, with_current};
use host_protocol::json::rfc3339_millis;
use std::fmt::{self, Write};
use std::time::SystemTime;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::{LookupSpan, Scope};

/// The format of the process log.
pub(super) struct LineFormat;

impl<S, N> FormatEvent<S, N> for LineFormat
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        // A line that travels with the reply of a call is not written here too.
        if keep(event) {
            return Ok(());
        }
        let metadata = event.metadata();
        let line = &mut Escaped(&mut writer);
        write_start(line, *metadata.level())?;
        for span in context.event_scope().into_iter().flat_map(Scope::from_root) {
            write!(line, "{}", span.name())?;
            match span.extensions().get::<FormattedFields<N>>() {
                Some(fields) if !fields.is_empty() => write!(line, "{{{fields}}}: ")?,
                _ => line.write_str(": ")?,
            }
        }
        write!(line, "{}: ", metadata.target())?;
        with_current(|call| write!(line, "{}: ", call.name())).transpose()?;
        write_text(event, line)?;
        writer.write_char('\n')
    }
}

/// Writes the start of a line: time, level, and id of the invocation.
pub(super) fn write_start(line: &mut Escaped<'_>, level: Level) -> fmt::Result {
    write!(line, "{} {level:>5} ", rfc3339_millis(SystemTime::now()))?;
    with_current(|call| write!(line, "[{}] ", call.id())).unwrap_or(Ok(()))
}

/// Writes the text of an event: the message, then the fields.
pub(super) fn write_text(event: &Event<'_>, out: &mut dyn Write) -> fmt::Result {
    let mut message = Message { out, outcome: Ok(()) };
    event.record(&mut message);
    message.outcome?;
    // The fields of such an event name the call for other subscribers: this format has written the call already.
    if source::is_of_call(event.metadata()) {
        return Ok(());
    }
    let mut fields = Fields { out, outcome: Ok(()) };
    event.record(&mut fields);
    fields.outcome
}

struct Message<'a> {
    out: &'a mut dyn Write,
    outcome: fmt::Result,
}

impl Visit for Message<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" && self.outcome.is_ok() {
            self.outcome = write!(self.out, "{value:?}");
        }
    }
}

struct Fields<'a> {
    out: &'a mut dyn Write,
    outcome: fmt::Result,
}

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let name = field.name();
        if name != "message" && self.outcome.is_ok() {
            self.outcome = write!(self.out, " {}={value:?}", name.strip_prefix("r#").unwrap_or(name));
        }
    }
}

/// Writes text that can neither begin a new line nor control a terminal. Escaped as in Rust are control characters, characters at
/// which some readers break lines, and characters that change the direction of text.
pub(super) struct Escaped<'a>(pub(super) &'a mut dyn Write);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.find(is_escaped) {
            let (plain, following) = rest.split_at(at);
            self.0.write_str(plain)?;
            let mut following = following.chars();
            if let Some(c) = following.next() {
                write!(self.0, "{}", c.escape_default())?;
            }
            rest = following.as_str();
        }
        self.0.write_str(rest)
    }
}

fn is_escaped(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_command_a_terminal_or_begin_a_line_is_escaped() {
        let mut line = String::new();
        let text = "a\u{1b}[31m\r\nb\tc\u{7f}\u{85}\u{9b}\u{2028}\u{2029}\u{202e}é ü\\n";
        write!(Escaped(&mut line), "{text}").unwrap();
        assert_eq!(line, r"a\u{1b}[31m\r\nb\tc\u{7f}\u{85}\u{9b}\u{2028}\u{2029}\u{202e}é ü\n");
    }
}
