//! JSON as the two sides of this wire read and write it.
//!
//! The extension writes with System.Text.Json ([`system_text`]), the host reads and writes with Newtonsoft.Json
//! ([`newtonsoft`]); both decide bytes that a client or a handler sees. This crate itself reads with [`RawObject`], which keeps
//! members in their order, each as its JSON text.

pub(crate) mod base64;
pub(crate) mod date;
pub(crate) mod jsonc;
pub mod newtonsoft;
mod number;
mod object_builder;
mod raw_object;
pub mod system_text;
mod unquote;

pub(crate) use object_builder::ObjectBuilder;
pub use raw_object::{JsonStr, RawObject, string};
pub(crate) use system_text::end_of_string;
pub(crate) use unquote::{Begun, begin_unquoting_twice, unquote, unquote_twice};

/// Whether the host's reader takes a string for a date-time. The host then writes the date-time in its own form (ground-truth.md §2).
pub fn is_date_time(text: &str) -> bool {
    date::DateTime::read(text).is_some()
}

/// A time in UTC, as in RFC 3339: `2026-07-28T12:30:00.25Z`.
pub fn rfc3339(time: std::time::SystemTime) -> String {
    date::DateTime::utc(time).round_trip()
}

/// A time in UTC with milliseconds, as in logs: `2026-07-28T12:30:00.250Z`.
pub fn rfc3339_millis(time: std::time::SystemTime) -> impl std::fmt::Display {
    date::Millis(date::DateTime::utc(time))
}
