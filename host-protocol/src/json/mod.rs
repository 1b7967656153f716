//! JSON as the two sides of this wire read and write it.
//!
//! The extension writes with System.Text.Json ([`system_text`]), the host reads and writes with Newtonsoft.Json
//! ([`newtonsoft`]); both decide bytes that a client or a handler sees. [`RawObject`] is how this crate itself reads: members
//! in their order, each still the text it was.

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
pub(crate) use unquote::{Begun, begin_unquoting_twice, unquote, unquote_twice};

/// Whether a string is a date-time to the host's reader, which then writes it in a form of its own (ground-truth.md §2).
pub fn is_date_time(text: &str) -> bool {
    date::DateTime::read(text).is_some()
}

/// A moment as RFC 3339 writes it, in UTC: `2026-07-28T12:30:00.25Z`.
pub fn rfc3339(time: std::time::SystemTime) -> String {
    date::DateTime::utc(time).round_trip()
}

/// The same with three digits of a second's fraction, as logs have it: `2026-07-28T12:30:00.250Z`.
pub fn rfc3339_millis(time: std::time::SystemTime) -> impl std::fmt::Display {
    date::Millis(date::DateTime::utc(time))
}
