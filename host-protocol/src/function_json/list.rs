//! Lists that function.json holds as JSON in a string, read as the extension reads them: strict JSON, member names in
//! any case, unknown members ignored.

use std::sync::Arc;
use thiserror::Error;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::json::jsonc;

/// Reads a list. `null` is an empty list, and entries that are `null` are left out.
pub(super) fn read<T>(text: &str, entry: impl Fn(&Entry<'_>) -> Result<T, InvalidList>) -> Result<Vec<T>, InvalidList> {
    let value = serde_json::from_str(text)
        .map_err(|error| InvalidList { reason: format!("not JSON: {error}"), source: Some(error.into()) })?;
    let entries = match value {
        Value::Null => Vec::new(),
        Value::Array(entries) => entries,
        other => return Err(InvalidList::new(format!("{} and not an array", jsonc::describe(&other)))),
    };
    let read = |(at, value)| match value {
        &Value::Null => None,
        Value::Object(members) => Some(entry(&Entry { at, members })),
        other => Some(Err(InvalidList::new(format!("entry {at} is {} and not an object", jsonc::describe(other))))),
    };
    entries.iter().enumerate().filter_map(read).collect()
}

/// Writes a list. The types in this folder hold nothing that JSON cannot.
pub(super) fn write<T: Serialize>(list: &[T]) -> String {
    serde_json::json!(list).to_string()
}

/// One object of the list.
pub(super) struct Entry<'a> {
    at: usize,
    members: &'a Map<String, Value>,
}

impl Entry<'_> {
    /// The extension's reader lets a later member win in any case.
    fn get(&self, name: &str) -> Option<&Value> {
        self.members.iter().rev().find(|(member, _)| member.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<String>, InvalidList> {
        self.read(name, "a string", |value| value.as_str().map(str::to_owned))
    }

    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, InvalidList> {
        self.read(name, "a boolean", Value::as_bool)
    }

    pub(super) fn texts(&self, name: &str) -> Result<Option<Vec<String>>, InvalidList> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        self.read(name, "an array of strings", |value| value.as_array()?.iter().map(text).collect())
    }

    /// A member that may not be missing.
    pub(super) fn required<T>(&self, name: &str, value: Option<T>) -> Result<T, InvalidList> {
        value.ok_or_else(|| InvalidList::new(format!("entry {}: `{name}` is missing", self.at)))
    }

    fn read<T>(
        &self,
        name: &str,
        expected: &str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<Option<T>, InvalidList> {
        match self.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| {
                InvalidList::new(format!(
                    "entry {}: `{name}` is {} and not {expected}",
                    self.at,
                    jsonc::describe(value)
                ))
            }),
        }
    }
}

/// A list that the extension cannot read. The host then does not start.
#[derive(Debug, Clone, Error)]
#[error("{reason}")]
pub struct InvalidList {
    reason: String,
    source: Option<Arc<serde_json::Error>>,
}

impl InvalidList {
    fn new(reason: String) -> Self {
        InvalidList { reason, source: None }
    }
}
