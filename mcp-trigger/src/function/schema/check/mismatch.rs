//! Where a value does not fit, and why, in words for a model.

use serde_json::Value;
use std::fmt::{self, Write as _};

/// The result of a check. Boxed, because most checks end well.
pub(super) type Fit = Result<(), Box<Mismatch>>;

/// A place in a value that does not fit its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mismatch {
    /// The way to the place, from the inside to the outside.
    way: Vec<Step>,
    why: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Member(String),
    Item(usize),
}

impl From<&String> for Step {
    fn from(name: &String) -> Self {
        Step::Member(name.clone())
    }
}

impl From<usize> for Step {
    fn from(at: usize) -> Self {
        Step::Item(at)
    }
}

pub(super) fn fail(why: impl Into<String>) -> Fit {
    Err(Box::new(Mismatch { way: Vec::new(), why: why.into() }))
}

/// Adds to a mismatch that it is within a member or an item.
pub(super) trait Within {
    fn within(self, step: impl Into<Step>) -> Self;
}

impl Within for Fit {
    fn within(self, step: impl Into<Step>) -> Self {
        self.map_err(|mut mismatch| {
            mismatch.way.push(step.into());
            mismatch
        })
    }
}

impl Mismatch {
    /// A text that is not JSON, or too deep.
    pub(super) fn unreadable(error: &serde_json::Error) -> Self {
        Mismatch { way: Vec::new(), why: format!("this cannot be read: {error}") }
    }

    /// A member that is required, and missing.
    pub(super) fn missing(name: &str) -> Box<Self> {
        Box::new(Mismatch { way: vec![Step::Member(name.to_owned())], why: MISSING.to_owned() })
    }

    /// A value that fits none of several schemas. The nearest schema is the one with the deepest mismatch.
    pub(super) fn of_alternatives(value: &Value, mut mismatches: Vec<Self>) -> Box<Self> {
        let depth = |mismatch: &Self| mismatch.way.len();
        let deepest = mismatches.iter().map(depth).max().unwrap_or_default();
        if deepest > 0 || mismatches.len() == 1 {
            mismatches.retain(|mismatch| depth(mismatch) == deepest);
            return Box::new(mismatches.swap_remove(0));
        }
        let whys: Vec<&str> = mismatches.iter().take(4).map(|mismatch| mismatch.why.as_str()).collect();
        let why = format!("{} fits none of the alternatives: {}", short(value), whys.join("; "));
        Box::new(Mismatch { way: Vec::new(), why })
    }

    /// A name of a member that does not fit.
    pub(super) fn of_name(mut self: Box<Self>, name: &str) -> Box<Self> {
        self.why = format!("the name {} is not allowed: {}", short(&name.into()), self.why);
        self
    }

    /// In the words for a tool's arguments: the value is the object that holds them.
    pub(crate) fn of_arguments(&self) -> String {
        let Some((Step::Member(argument), rest)) = self.way.split_last() else {
            return format!("arguments: {}", self.why);
        };
        let place = place(rest);
        match (place.is_empty(), self.why == MISSING) {
            (true, true) => format!("argument `{argument}` {MISSING}"),
            (true, false) => format!("argument `{argument}`: {}", self.why),
            (false, true) => format!("argument `{argument}`: `{place}` {MISSING}"),
            (false, false) => format!("argument `{argument}` at `{place}`: {}", self.why),
        }
    }
}

const MISSING: &str = "is missing";

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match place(&self.way) {
            place if place.is_empty() => f.write_str(&self.why),
            place if self.why == MISSING => write!(f, "`{place}` {MISSING}"),
            place => write!(f, "`{place}`: {}", self.why),
        }
    }
}

/// Writes a path as `params` does: `home.streets[0].name`.
fn place(way: &[Step]) -> String {
    way.iter().rev().fold(String::new(), |mut place, step| {
        let _ = match step {
            Step::Member(name) if place.is_empty() => write!(place, "{name}"),
            Step::Member(name) => write!(place, ".{name}"),
            Step::Item(at) => write!(place, "[{at}]"),
        };
        place
    })
}

/// A value as JSON, as much of it as a message needs.
pub(super) fn short(value: &Value) -> String {
    const LENGTH: usize = 60;
    match value {
        Value::Object(_) => "an object".to_owned(),
        Value::Array(_) => "an array".to_owned(),
        Value::String(text) if text.chars().nth(LENGTH).is_some() => {
            let start: String = text.chars().take(LENGTH).collect();
            format!("{}…", Value::String(start))
        }
        other => other.to_string(),
    }
}

/// The types of a schema in JSON's words.
pub(super) fn kinds(types: &Value) -> String {
    let word = |name: &Value| match name.as_str() {
        Some("object") => "an object".to_owned(),
        Some("array") => "an array".to_owned(),
        Some("string") => "a string".to_owned(),
        Some("integer") => "an integer".to_owned(),
        Some("number") => "a number".to_owned(),
        Some("boolean") => "a boolean".to_owned(),
        _ => short(name).trim_matches('"').to_owned(),
    };
    match types {
        Value::Array(names) => names.iter().map(word).collect::<Vec<_>>().join(" or "),
        name => word(name),
    }
}
