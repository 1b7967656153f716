//! The strings that Newtonsoft.Json takes for a date and time.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// A point in time, as the host holds it once it has taken a string for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DateTime {
    days: i64,
    seconds: i64,
    /// Units of 100 nanoseconds within the second.
    ticks: u32,
    zone: Zone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Zone {
    Unspecified,
    Utc,
    /// Given with an offset, and kept in the host's own zone, which in Azure is UTC.
    Local,
}

impl DateTime {
    /// Reads `yyyy-MM-ddTHH:mm:ss`, with up to seven digits of a fraction and `Z` or an offset. `None` for any other text, also for a
    /// date without a time, or an eighth digit (recordings/results.jsonl, "tool isofrac").
    pub(crate) fn read(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if !(19..=40).contains(&bytes.len()) || !text.is_ascii() {
            return None;
        }
        let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
        if separators.iter().any(|&(at, separator)| bytes[at] != separator) {
            return None;
        }
        let year = number(&text[0..4])?;
        let month = number(&text[5..7])?;
        let day = number(&text[8..10])?;
        let [hour, minute, second] = [number(&text[11..13])?, number(&text[14..16])?, number(&text[17..19])?];
        let real = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        if !real {
            return None;
        }

        let (ticks, zone) = match text[19..].strip_prefix('.') {
            Some(rest) => {
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                if !(1..=7).contains(&digits) {
                    return None;
                }
                (format!("{:0<7}", &rest[..digits]).parse().ok()?, &rest[digits..])
            }
            None => (0, &text[19..]),
        };
        let (zone, offset) = match zone {
            "" => (Zone::Unspecified, 0),
            "Z" => (Zone::Utc, 0),
            _ => (Zone::Local, offset_minutes(zone)?),
        };
        let minutes = hour * 60 + minute - offset;
        let seconds = minutes.rem_euclid(24 * 60) * 60 + second;
        Some(DateTime { days: days_from_civil(year, month, day) + minutes.div_euclid(24 * 60), seconds, ticks, zone })
    }

    /// The text that Newtonsoft.Json writes: the fraction without zeros at its end, the offset of the host.
    pub(crate) fn round_trip(self) -> String {
        let (year, month, day) = civil_from_days(self.days);
        let time = self.time();
        let fraction = format!(".{:07}", self.ticks);
        let fraction = fraction.trim_end_matches('0').trim_end_matches('.');
        let zone = match self.zone {
            Zone::Unspecified => "",
            Zone::Utc => "Z",
            Zone::Local => "+00:00",
        };
        format!("{year:04}-{month:02}-{day:02}T{time}{fraction}{zone}")
    }

    fn time(self) -> String {
        format!("{:02}:{:02}:{:02}", self.seconds / 3600, self.seconds / 60 % 60, self.seconds % 60)
    }

    /// A moment in UTC.
    pub(crate) fn utc(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = i64::try_from(since.as_secs()).unwrap_or_default();
        DateTime {
            days: days_from_civil(1970, 1, 1) + seconds / SECONDS_OF_DAY,
            seconds: seconds % SECONDS_OF_DAY,
            ticks: since.subsec_nanos() / 100,
            zone: Zone::Utc,
        }
    }

    /// Year, month and day.
    pub(crate) fn date(self) -> (i64, i64, i64) {
        civil_from_days(self.days)
    }

    /// The day of the week; Sunday is 0.
    pub(crate) fn weekday(self) -> i64 {
        // The calendar's first day was a Wednesday.
        (self.days + 3).rem_euclid(7)
    }

    /// Hour, minute and second.
    pub(crate) fn clock(self) -> (i64, i64, i64) {
        (self.seconds / 3600, self.seconds / 60 % 60, self.seconds % 60)
    }

    /// The fraction of the second, in units of 100 nanoseconds.
    pub(crate) fn ticks(self) -> u32 {
        self.ticks
    }
}

const SECONDS_OF_DAY: i64 = 24 * 60 * 60;

/// Writes the text of .NET's `ToString()` with the invariant culture: `01/02/2026 03:04:05`.
impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.days);
        write!(f, "{month:02}/{day:02}/{year:04} {}", self.time())
    }
}

/// A moment in UTC, to the millisecond: `2026-01-02T03:04:05.060Z`.
pub(crate) struct Millis(pub(crate) DateTime);

impl fmt::Display for Millis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.0.date();
        let (hour, minute, second) = self.0.clock();
        let millis = self.0.ticks / 10_000;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }
}

fn number(digits: &str) -> Option<i64> {
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// The minutes of `+02:00`.
fn offset_minutes(zone: &str) -> Option<i64> {
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = zone[1..].split_once(':')?;
    if hours.len() != 2 || minutes.len() != 2 {
        return None;
    }
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 0000-03-01 of the proleptic Gregorian calendar: with the leap day last in its year, months need no table.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (month * 153 + 2) / 5 + day - 1
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn both(text: &str) -> (String, String) {
        let date = DateTime::read(text).unwrap_or_else(|| panic!("{text} is a date"));
        (date.to_string(), date.round_trip())
    }

    #[test]
    fn dates_lose_how_they_were_written() {
        assert_eq!(both("2026-01-02T03:04:05Z"), ("01/02/2026 03:04:05".into(), "2026-01-02T03:04:05Z".into()));
        assert_eq!(both("2026-01-02T03:04:05.1000000"), ("01/02/2026 03:04:05".into(), "2026-01-02T03:04:05.1".into()));
        let (text, round_trip) = both("2024-03-01T00:30:00+02:00");
        assert_eq!(text, "02/29/2024 22:30:00");
        assert_eq!(round_trip, "2024-02-29T22:30:00+00:00");
    }

    #[test]
    fn everything_else_stays_text() {
        for text in [
            "2026-01-02",
            "2026-01-02T03:04",
            "2026-01-02T03:04:05.123456789+02:00",
            "2026-02-29T03:04:05Z",
            "2026-01-02T24:00:00Z",
            "2026-01-02 03:04:05Z",
            "2026-01-02T03:04:05 ",
            "2026-01-02T03:04:05Zx",
            "é026-01-02T03:04:05",
        ] {
            assert_eq!(DateTime::read(text), None, "{text}");
        }
    }

    #[test]
    fn the_clock_of_the_system_is_utc() {
        let leap_day = UNIX_EPOCH + std::time::Duration::new(1_709_164_800 + 3_661, 250_000_000);
        let date = DateTime::utc(leap_day);
        assert_eq!(date.round_trip(), "2024-02-29T01:01:01.25Z");
        assert_eq!((date.date(), date.weekday(), date.clock()), ((2024, 2, 29), 4, (1, 1, 1)));
    }

    proptest! {
        #[test]
        fn the_calendar_turns_both_ways(days in 0i64..3_652_000) {
            let (year, month, day) = civil_from_days(days);
            prop_assert_eq!(days_from_civil(year, month, day), days);
        }
    }
}
