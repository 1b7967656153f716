//! Where in a value the mistake is.

use super::mistake::Mistake;
use super::wanted::{Found, Wanted};
use serde::de::{Error, Expected, Unexpected};
use std::fmt::{self, Write as _};

/// A mistake and its place. As an error of serde it hears each mistake before serde puts it into words of Rust; each reader of an array
/// or an object on the way out adds its step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misread {
    pub(super) path: Vec<Step>,
    pub(in crate::function::params) mistake: Mistake,
}

/// A step on the way to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Member(String),
    Item(usize),
}

impl Misread {
    /// The same, told from one step further out.
    pub(super) fn below(mut self, step: Step) -> Self {
        self.path.insert(0, step);
        self
    }

    /// For who has sent the value as an argument.
    pub(crate) fn of_argument(&self, name: &str) -> String {
        self.spelled(name, &self.path)
    }

    /// For who has sent all arguments in it.
    pub(crate) fn of_arguments(&self) -> String {
        match (self.path.as_slice(), &self.mistake) {
            ([Step::Member(name), path @ ..], _) => self.spelled(name, path),
            ([], Mistake::Missing(_) | Mistake::Unknown(..) | Mistake::Twice(_)) => {
                format!("argument {}", self.mistake)
            }
            (_, mistake) => format!("arguments: {mistake}"),
        }
    }

    fn spelled(&self, name: &str, path: &[Step]) -> String {
        let mistake = &self.mistake;
        match spelled(path) {
            place if place.is_empty() => format!("argument `{name}`: {mistake}"),
            place => format!("argument `{name}` at `{place}`: {mistake}"),
        }
    }
}

impl From<Mistake> for Misread {
    fn from(mistake: Mistake) -> Self {
        Misread { path: Vec::new(), mistake }
    }
}

impl Error for Misread {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let message = message.to_string();
        if message.starts_with("data did not match any variant of untagged enum") {
            return Mistake::NoForm(Vec::new()).into();
        }
        Mistake::Other(message).into()
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Mistake::expected(expected, Found::of(found)).into()
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Mistake::expected(expected, Found::of(found)).into()
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        Mistake::expected(expected, Found::Array(Some(length))).into()
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let names = expected.iter().map(|&name| name.to_owned()).collect();
        Mistake::wrong(Wanted::OneOf(names), Found::Text(variant.to_owned())).into()
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Mistake::Unknown(field.to_owned(), expected).into()
    }

    fn missing_field(field: &'static str) -> Self {
        Mistake::Missing(field.to_owned()).into()
    }

    fn duplicate_field(field: &'static str) -> Self {
        Mistake::Twice(field).into()
    }
}

impl std::error::Error for Misread {}

impl fmt::Display for Misread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.mistake.fmt(f)
    }
}

/// `home.rooms[2].size`
fn spelled(path: &[Step]) -> String {
    let mut place = String::new();
    for step in path {
        // Writing to a string cannot fail.
        let _ = match step {
            Step::Member(name) if place.is_empty() => write!(place, "{name}"),
            Step::Member(name) => write!(place, ".{name}"),
            Step::Item(index) => write!(place, "[{index}]"),
        };
    }
    place
}
