//! The format of a line of the process log.
//!
//! ```text
//! 2026-07-28T12:30:00.250Z  INFO [8c6f1a52-0000-4000-8000-000000000000] my_app::greetings: hello: asked city="Oslo"
//! ```
//!
//! The parts are: time, level, id of the invocation, spans, target, function, message and fields. A line outside of a call has
//! neither id nor function. An event is always one [`Line`]: escaped, and cut.

use super::line::Line;
use super::{keep, source, with_current};
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
        let mut line = Line::new(&mut writer);
        write_start(&mut line, *metadata.level())?;
        for span in context.event_scope().into_iter().flat_map(Scope::from_root) {
            write!(line, "{}", span.name())?;
            match span.extensions().get::<FormattedFields<N>>() {
                Some(fields) if !fields.is_empty() => write!(line, "{{{fields}}}: ")?,
                _ => line.write_str(": ")?,
            }
        }
        write!(line, "{}: ", metadata.target())?;
        with_current(|call| write!(line, "{}: ", call.name())).transpose()?;
        write_text(event, &mut line)?;
        line.end()?;
        writer.write_char('\n')
    }
}

/// Writes the start of a line: time, level, and id of the invocation.
pub(super) fn write_start(line: &mut Line<'_>, level: Level) -> fmt::Result {
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
