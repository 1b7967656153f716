//! Members of host.json, read as the host reads them: all values are text to it.

use host_protocol::host_json::HostJson;
use serde_json::Value;
use std::time::Duration;

/// Reads members, and collects the problems of their values.
pub(crate) struct HostJsonReader<'a> {
    pub(crate) file: &'a HostJson,
    /// Names a member for messages.
    pub(crate) place: &'a dyn Fn(&str) -> String,
    pub(crate) problems: Vec<String>,
}

impl HostJsonReader<'_> {
    /// A member that is text. `null` is an empty one (recorded: "extensions.mcp nulls").
    pub(crate) fn text(&self, path: &[&str]) -> Option<String> {
        match self.file.get(path)? {
            Value::Null => Some(String::new()),
            Value::String(text) => Some(text),
            Value::Array(_) | Value::Object(_) => None,
            scalar => Some(scalar.to_string()),
        }
    }

    pub(crate) fn list(&self, path: &[&str]) -> Vec<String> {
        let entries = self.file.get(path).and_then(|list| list.as_array().cloned()).unwrap_or_default();
        entries.iter().map(|entry| entry.as_str().map_or_else(|| entry.to_string(), str::to_owned)).collect()
    }

    pub(crate) fn flag(&mut self, path: &[&str]) -> Option<bool> {
        let text = self.text(path).filter(|text| !text.is_empty())?;
        match text.trim().to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                self.wrong(path, &format!("`{text}` is not a boolean"), "`true` or `false`");
                None
            }
        }
    }

    /// A time span. `Some(None)`: no limit.
    pub(crate) fn duration(&mut self, path: &[&str]) -> Option<Option<Duration>> {
        let text = self.text(path).filter(|text| !text.is_empty())?;
        let span = time_span(&text);
        if span.is_none() {
            self.wrong(path, &format!("`{text}` is not a time span"), "hours, minutes and seconds, as in \"00:05:00\"");
        }
        span
    }

    pub(crate) fn port(&mut self, handler: &str) -> Option<u16> {
        let path = [handler, "port"];
        let text = self.text(&path).filter(|text| !text.is_empty())?;
        let port = text.trim().parse().ok().filter(|port| *port != 0);
        if port.is_none() {
            self.wrong(
                &path,
                &format!("`{text}` is not a port"),
                "a number from 1 to 65535, or nothing for a free port",
            );
        }
        port
    }

    pub(crate) fn wrong(&mut self, path: &[&str], fault: &str, mend: &str) {
        let place = (self.place)(&path.join("."));
        self.problems.push(format!("{place}: {fault}, and the Functions host does not start; write {mend}"));
    }
}

/// A time span as .NET reads it, `[days.]hours:minutes[:seconds[.fraction]]`; -1 is no limit.
fn time_span(text: &str) -> Option<Option<Duration>> {
    let text = text.trim();
    if text == "-1" || text == "-00:00:00.0010000" {
        return Some(None);
    }
    let (days, clock) = match text.split_once(':')?.0.split_once('.') {
        Some((days, _)) => (days.parse::<u64>().ok()?, &text[days.len() + 1..]),
        None => (0, text),
    };
    let mut parts = clock.split(':');
    let hours = parts.next()?.parse::<u64>().ok().filter(|hours| *hours < 24)?;
    let minutes = parts.next()?.parse::<u64>().ok().filter(|minutes| *minutes < 60)?;
    let seconds = parts.next().map_or(Some(0.0), |seconds| seconds.parse::<f64>().ok())?;
    if parts.next().is_some() || !(0.0..60.0).contains(&seconds) {
        return None;
    }
    let whole = Duration::from_secs(((days * 24 + hours) * 60 + minutes) * 60);
    Some(Some(whole + Duration::from_secs_f64(seconds)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_spans_are_read_as_by_the_host() {
        let seconds = |text| time_span(text).map(|span| span.map(|span| span.as_secs_f64()));
        assert_eq!(seconds("00:10:00"), Some(Some(600.0)));
        assert_eq!(seconds("1.02:03"), Some(Some(93780.0)));
        assert_eq!(seconds("00:00:01.5"), Some(Some(1.5)));
        assert_eq!(seconds("-1"), Some(None));
        for wrong in ["", "5", "24:00:00", "00:60:00", "a:b", "00:00:60", "1:2:3:4"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
