//! The formats of strings that schemas know (JSON Schema 2020-12 validation, §7.3, and those that schemars adds), with an example for a
//! model that has missed one.

use super::wanted::Wanted;
use crate::function::schema;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

struct Format {
    name: &'static str,
    words: &'static str,
    example: &'static str,
    /// Whether a text may be of the format. Its type decides; this only tells what surely is not.
    may_be: fn(&str) -> bool,
}

const FORMATS: [Format; 18] = [
    format("date", "a date", "2026-07-28", is_date),
    format("date-time", "a date and time", "2026-07-28T12:30:00Z", is_date_time),
    format("partial-date-time", "a date and time", "2026-07-28T12:30:00", is_date_time),
    format("zoned-date-time", "a date and time with its zone", "2026-07-28T12:30:00+02:00[Europe/Oslo]", is_date_time),
    format("time", "a time", "12:30:00Z", |text| begins_like(text, "00:00")),
    format("partial-time", "a time", "12:30:00", |text| begins_like(text, "00:00")),
    format("duration", "a duration", "PT1H30M", |text| text.contains(['P', 'p'])),
    format("uuid", "a UUID", "123e4567-e89b-12d3-a456-426614174000", is_uuid),
    format("ip", "an IP address", "192.0.2.1", |text| text.parse::<IpAddr>().is_ok()),
    format("ipv4", "an IPv4 address", "192.0.2.1", |text| text.parse::<Ipv4Addr>().is_ok()),
    format("ipv6", "an IPv6 address", "2001:db8::1", |text| text.parse::<Ipv6Addr>().is_ok()),
    format("uri", "a URI", "https://example.com/a", |text| text.contains(':')),
    format("url", "a URL", "https://example.com/a", |text| text.contains(':')),
    format("iri", "an IRI", "https://example.com/a", |text| text.contains(':')),
    format("uri-reference", "a URI or a relative reference", "/a?b=c", |_| true),
    format("email", "an email address", "ada@example.com", |text| text.contains('@')),
    format("hostname", "a host name", "example.com", |_| true),
    format("regex", "a regular expression", "^[a-z]+$", |_| true),
];

const fn format(name: &'static str, words: &'static str, example: &'static str, may_be: fn(&str) -> bool) -> Format {
    Format { name, words, example, may_be }
}

fn known(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// A string of that format, if it is one of those above.
pub(super) fn wanted(name: &str) -> Option<Wanted> {
    known(name).map(|format| Wanted::Format(format.words, format.example))
}

/// Whether a text may be of a format; of an unknown one it always may.
pub(super) fn may_be(name: &str, text: &str) -> bool {
    known(name).is_none_or(|format| (format.may_be)(text))
}

fn is_date(text: &str) -> bool {
    schema::fits_format("date", text) != Some(false)
}

fn is_date_time(text: &str) -> bool {
    let parts = text.split_at_checked(10);
    parts.is_some_and(|(date, time)| is_date(date) && time.starts_with(['T', 't', ' ', '_']))
}

fn is_uuid(text: &str) -> bool {
    text.trim_start_matches("urn:uuid:").bytes().filter(u8::is_ascii_hexdigit).count() == 32
}

/// Whether a text begins with digits where the pattern has them, and with the pattern's other characters.
fn begins_like(text: &str, pattern: &str) -> bool {
    let is_like = |(a, b): (u8, u8)| if b == b'0' { a.is_ascii_digit() } else { a == b };
    text.len() >= pattern.len() && text.bytes().zip(pattern.bytes()).all(is_like)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Else a model would be told to write what is then refused.
    #[test]
    fn every_example_is_of_its_format() {
        for format in &FORMATS {
            assert!(may_be(format.name, format.example), "{}", format.name);
        }
    }

    #[test]
    fn what_surely_is_not_of_a_format_is_known() {
        for (name, text) in [
            ("date", "tomorrow"),
            ("date", "2026-02-30"),
            ("date-time", "2026-13-01T12:30:00Z"),
            ("date", "2026-07-28T12:30:00Z"),
            ("date-time", "2026-07-28"),
            ("time", "noon"),
            ("duration", "90 min"),
            ("uuid", "42"),
            ("ipv4", "::1"),
            ("ip", "localhost"),
            ("uri", "example"),
            ("email", "ada"),
        ] {
            assert!(!may_be(name, text), "{name}: {text}");
        }
        assert!(may_be("uuid", "123e4567e89b12d3a456426614174000") && may_be("unheard-of", ""));
    }
}
