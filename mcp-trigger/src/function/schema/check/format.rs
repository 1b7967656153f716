//! The formats that are looked at (JSON Schema Validation 2020-12, section 7.3).
//!
//! Where a rule is finer than what programs agree on, in addresses and durations, this module is on the lenient side: a function that
//! needs more looks itself.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Whether a text has a format; `None` if the format is not one of these.
pub(crate) fn fits(format: &str, text: &str) -> Option<bool> {
    Some(match format {
        "date" => is_date(text),
        "time" => is_time(text),
        "date-time" => text
            .split_at_checked(10)
            .is_some_and(|(date, rest)| is_date(date) && rest.strip_prefix(['T', 't']).is_some_and(is_time)),
        "duration" => is_duration(text),
        "email" => is_email(text),
        "uri" => is_uri(text),
        "uuid" => is_uuid(text),
        "ipv4" => text.parse::<Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<Ipv6Addr>().is_ok(),
        _ => return None,
    })
}

/// A format in words, with an example.
pub(super) fn words(format: &str) -> &'static str {
    match format {
        "date" => "a date, as in 2026-01-31",
        "time" => "a time with its offset, as in 09:30:00Z",
        "date-time" => "a date and time with its offset, as in 2026-01-31T09:30:00Z",
        "duration" => "a duration, as in PT1H30M",
        "email" => "an email address",
        "uri" => "an absolute URI, as in https://example.com/a",
        "uuid" => "a UUID, as in 123e4567-e89b-12d3-a456-426614174000",
        "ipv4" => "an IPv4 address",
        _ => "an IPv6 address",
    }
}

/// A number of exactly `digits` digits.
fn number(text: &str, digits: usize) -> Option<u32> {
    (text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let mut part = |digits| number(parts.next()?, digits);
    let (Some(year), Some(month), Some(day)) = (part(4), part(2), part(2)) else { return false };
    let days = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// RFC 3339's `full-time`. Every minute may have a leap second.
fn is_time(text: &str) -> bool {
    let Some((clock, rest)) = text.split_at_checked(8) else { return false };
    let (fraction, offset) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count()),
        None => ("0", rest),
    };
    let is_clock = |text: &str, limits: &[u32]| {
        let mut parts = text.split(':');
        limits.iter().all(|limit| parts.next().and_then(|part| number(part, 2)).is_some_and(|part| part <= *limit))
            && parts.next().is_none()
    };
    is_clock(clock, &[23, 59, 60])
        && !fraction.is_empty()
        && (matches!(offset, "Z" | "z")
            || offset.strip_prefix(['+', '-']).is_some_and(|offset| is_clock(offset, &[23, 59])))
}

/// ISO 8601 as in RFC 3339, appendix A: whole numbers with their units, the larger ones first.
fn is_duration(text: &str) -> bool {
    fn are_units(mut text: &str, units: &str) -> bool {
        let mut units = units.chars();
        while !text.is_empty() {
            let (digits, rest) = text.split_at(text.bytes().take_while(u8::is_ascii_digit).count());
            let mut rest = rest.chars();
            match rest.next() {
                Some(unit) if !digits.is_empty() && units.any(|known| known == unit) => text = rest.as_str(),
                _ => return false,
            }
        }
        true
    }
    let Some(rest) = text.strip_prefix('P').filter(|rest| !rest.is_empty()) else { return false };
    match rest.split_once('T') {
        None => are_units(rest, "YMD") || are_units(rest, "W"),
        Some((date, time)) => !time.is_empty() && are_units(date, "YMD") && are_units(time, "HMS"),
    }
}

fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else { return false };
    let is_quoted = name.len() > 2 && name.starts_with('"') && name.ends_with('"');
    let is_clean = |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    let is_dotted = |text: &str| text.split('.').all(|part| !part.is_empty());
    (is_quoted || (is_clean(name) && is_dotted(name) && !name.contains('@'))) && is_clean(host) && is_dotted(host)
}

fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let mut bytes = rest.bytes();
    let mut is_rest = true;
    while let Some(byte) = bytes.next() {
        is_rest &= match byte {
            b'%' => {
                bytes.next().is_some_and(|b| b.is_ascii_hexdigit())
                    && bytes.next().is_some_and(|b| b.is_ascii_hexdigit())
            }
            byte => byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte),
        };
    }
    is_scheme && is_rest
}

fn is_uuid(text: &str) -> bool {
    let mut parts = text.split('-');
    [8, 4, 4, 4, 12].iter().all(|length| {
        parts.next().is_some_and(|part| part.len() == *length && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
    }) && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_apart() {
        for (format, good, bad) in [
            ("date", "2024-02-29", ["2025-02-29", "2025-2-9", "tomorrow"]),
            ("time", "23:59:60.5+01:00", ["24:00:00Z", "10:00:00", "10:00:00.Z"]),
            ("date-time", "2026-01-02t03:04:05z", ["2026-01-02 03:04:05Z", "2026-01-02T03:04:05", "2026-01-02"]),
            ("duration", "P1Y2DT3H", ["P", "PT", "1h"]),
            ("email", "a.b+c@example.com", ["example.com", "a b@example.com", "a@"]),
            ("uri", "urn:a:b%20c", ["/a", "https://a b", "a%zz:b"]),
            ("uuid", "123E4567-e89b-12d3-a456-426614174000", ["123e4567", "123e4567e89b12d3a456426614174000", ""]),
            ("ipv4", "127.0.0.1", ["127.0.0.256", "::1", "1"]),
            ("ipv6", "::1", ["127.0.0.1", ":", "1"]),
        ] {
            assert_eq!(fits(format, good), Some(true), "{format}: {good}");
            for bad in bad {
                assert_eq!(fits(format, bad), Some(false), "{format}: {bad}");
            }
            for odd in ["é", "ééééééééééé", "2026-01-0é", "%", "PTé", "-", ":::", "\"@"] {
                fits(format, odd);
            }
        }
        assert_eq!(fits("hostname", "?"), None);
    }
}
