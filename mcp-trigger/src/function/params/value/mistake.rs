//! The mistakes of values that cannot be read, for the sender.

use super::number::is_number;
use super::wanted::{Found, Instead, Wanted, list};
use serde::de::Expected;
use std::fmt;

/// The reason why a value does not fit its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mistake {
    /// The value is of another kind than expected.
    Wrong(Box<(Wanted, Found)>),
    /// It is of the right format by its kind, but the type says more.
    Format(Box<(Wanted, Found)>, String),
    /// A member is missing.
    Missing(String),
    /// A member is one too many; those that there can be.
    Unknown(String, &'static [&'static str]),
    /// A member is there twice.
    Twice(&'static str),
    /// The value fits none of several alternatives; their descriptions, if the schema has them.
    NoForm(Vec<String>),
    /// In words of its own.
    Other(String),
}

impl Mistake {
    pub(super) fn wrong(wanted: Wanted, found: Found) -> Self {
        Mistake::Wrong(Box::new((wanted, found)))
    }

    /// The mistake of a value of another kind than this visitor expects.
    pub(super) fn expected(expected: &dyn Expected, found: Found) -> Self {
        Mistake::wrong(Wanted::of_type(&expected.to_string()), found)
    }

    /// The mistake of a text that this visitor cannot read.
    pub(crate) fn in_text(expected: &dyn Expected, text: &str) -> Self {
        Mistake::expected(expected, if is_number(text) { Found::Number(text.to_owned()) } else { Found::quoted(text) })
    }

    /// The mistake of a number beyond the range of all types.
    pub(super) fn too_big(digits: &str) -> Self {
        Mistake::wrong(Wanted::Other("a number up to 1.8e308".to_owned()), Found::as_it_is(digits))
    }

    /// The mistake of a text that is not JSON.
    pub(super) fn of_syntax(error: serde_json::Error) -> Self {
        let message = error.to_string();
        // A line and a column say nothing to who wrote an object.
        let end = message.rfind(" at line ").unwrap_or(message.len());
        Mistake::Other(format!("it is no JSON: {}", &message[..end]))
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mistake::Wrong(both) => write!(f, "expected {}", Instead(&both.0, &both.1)),
            Mistake::Format(both, why) => write!(f, "expected {} ({why})", Instead(&both.0, &both.1)),
            Mistake::Missing(name) => write!(f, "`{name}` is missing"),
            Mistake::Unknown(name, []) => write!(f, "`{name}` is unknown, and nothing is expected"),
            Mistake::Unknown(name, known) => {
                let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
                write!(f, "`{name}` is unknown, expected {}", list(&known))
            }
            Mistake::Twice(name) => write!(f, "`{name}` is there twice"),
            Mistake::NoForm(forms) if forms.is_empty() => f.write_str("it is none of the forms in the schema"),
            Mistake::NoForm(forms) => write!(f, "expected {}", list(forms)),
            Mistake::Other(message) => f.write_str(message),
        }
    }
}
