//! .NET's custom formats of a time, with the invariant culture.

use super::BindingError;
use crate::json::date::DateTime;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Writes a time in UTC, as in `yyyy-MM-dd`.
///
/// # Errors
///
/// If the format is one letter, for which .NET has other rules, or a quote in the format has no end.
pub(super) fn write(time: DateTime, format: &str) -> Result<String, BindingError> {
    let unknown = |why: &str| BindingError::new(format!("the format `{format}` of a time is not known: {why}"));
    if format.chars().count() == 1 {
        return Err(unknown("write it with more than one letter, as in `yyyy-MM-dd`"));
    }
    let mut text = String::new();
    let mut rest = format;
    while let Some(letter) = rest.chars().next() {
        let run = rest.len() - rest.trim_start_matches(letter).len();
        let count = run / letter.len_utf8();
        match letter {
            '\'' | '"' => {
                let Some((quoted, after)) = rest[1..].split_once(letter) else {
                    return Err(unknown("a quote in it has no end"));
                };
                text.push_str(quoted);
                rest = after;
                continue;
            }
            '\\' | '%' => {
                let mut following = rest[1..].chars();
                if letter == '\\' {
                    text.extend(following.next());
                }
                rest = following.as_str();
                continue;
            }
            _ => write_run(&mut text, time, letter, count),
        }
        rest = &rest[run..];
    }
    Ok(text)
}

/// Writes the part of the time that a letter stands for, repeated `count` times in the format.
fn write_run(text: &mut String, time: DateTime, letter: char, count: usize) {
    let ((year, month, day), (hour, minute, second)) = (time.date(), time.clock());
    let named = |names: &[&'static str], at: i64| {
        usize::try_from(at).ok().and_then(|at| names.get(at).copied()).unwrap_or_default()
    };
    let number = |number: i64, digits: usize| format!("{number:0digits$}");
    let twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
    text.push_str(&match (letter, count) {
        ('y', 1 | 2) => number(year % 100, count),
        ('y', _) => number(year, count),
        ('M', 1 | 2) => number(month, count),
        ('M', 3) => named(&MONTHS, month - 1).chars().take(3).collect(),
        ('M', _) => named(&MONTHS, month - 1).to_owned(),
        ('d', 1 | 2) => number(day, count),
        ('d', 3) => named(&DAYS, time.weekday()).chars().take(3).collect(),
        ('d', _) => named(&DAYS, time.weekday()).to_owned(),
        ('H', _) => number(hour, count.min(2)),
        ('h', _) => number(twelve, count.min(2)),
        ('m', _) => number(minute, count.min(2)),
        ('s', _) => number(second, count.min(2)),
        ('f', 1..=7) => format!("{:07}", time.ticks())[..count].to_owned(),
        ('F', 1..=7) => format!("{:07}", time.ticks())[..count].trim_end_matches('0').to_owned(),
        ('t', 1) => if hour < 12 { "A" } else { "P" }.to_owned(),
        ('t', _) => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        ('K', _) => "Z".repeat(count),
        ('z', 1) => "+0".to_owned(),
        ('z', 2) => "+00".to_owned(),
        ('z', _) => "+00:00".to_owned(),
        _ => String::from(letter).repeat(count),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_dotnet_writes_them() {
        let time = DateTime::read("2026-01-02T15:04:05.0670000Z").unwrap();
        for (format, text) in [
            ("yyyy-MM-ddTHH-mm-ssK", "2026-01-02T15-04-05Z"),
            ("yy/M/d h:m:s t", "26/1/2 3:4:5 P"),
            ("dddd dd MMMM yyyy", "Friday 02 January 2026"),
            ("ddd MMM hh tt", "Fri Jan 03 PM"),
            ("ss.fff FFFF", "05.067 067"),
            ("'year' yyyy\\y %d zzz", "year 2026y 2 +00:00"),
        ] {
            assert_eq!(write(time, format).unwrap(), text, "{format}");
        }
        assert!(write(time, "o").is_err() && write(time, "yy 'x").is_err());
    }
}
