//! The expected and the actual kind of a value, in words of JSON: a model does not know `i32` or `struct`.

use super::number::{NotWhole, is_number, whole};
use serde::de::Unexpected;
use std::fmt;

/// The expected kind of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Null,
    Boolean,
    /// An integer of a range, both ends included.
    Integer(i128, u128),
    Number,
    Text,
    /// An array, of so many values if that is known.
    Array(Option<usize>),
    Object,
    /// One of these strings.
    OneOf(Vec<String>),
    /// A string of a format, and an example of it.
    Format(&'static str, &'static str),
    /// One of several.
    Either(Vec<Wanted>),
    /// The words of the type's author.
    Other(String),
}

/// The actual kind of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Null,
    Boolean,
    /// A number, as it is written.
    Number(String),
    Text(String),
    /// An array, of so many values if that is what is wrong.
    Array(Option<usize>),
    Object,
    Other(String),
}

/// Any integer that has a place in Rust.
pub(super) const ANY_INTEGER: Wanted = Wanted::Integer(i128::MIN, u128::MAX);

impl Wanted {
    /// The expectation of a type in its own words, which are mostly words of Rust. They are those of the visitors of `serde`
    /// (`de/impls.rs`) and of its derive macros.
    pub(super) fn of_type(words: &str) -> Self {
        if let Some(integer) = integer(words) {
            return integer;
        }
        let elements = || words.split(' ').rev().find_map(|word| word.parse().ok());
        match words {
            "f32" | "f64" => return Wanted::Number,
            "a boolean" => return Wanted::Boolean,
            "a string" | "a borrowed string" | "path string" | "os string" | "variant identifier"
            | "field identifier" => {
                return Wanted::Text;
            }
            "a character" => return Wanted::Other("a string of one character".to_owned()),
            "unit" => return Wanted::Null,
            "a map" => return Wanted::Object,
            "a sequence" | "byte array" | "a byte array" | "a borrowed byte array" => return Wanted::Array(None),
            "an empty array" => return Wanted::Array(Some(0)),
            "string or map" => return Wanted::Either(vec![Wanted::Text, Wanted::Object]),
            _ => {}
        }
        let begins = |starts: &[&str]| starts.iter().any(|start| words.starts_with(start));
        if begins(&["struct ", "internally tagged enum ", "adjacently tagged enum "]) || words.ends_with(" in map") {
            Wanted::Object
        } else if begins(&["tuple ", "a tuple ", "an array of length "]) || words.ends_with(" in sequence") {
            Wanted::Array(elements())
        } else if begins(&["unit struct ", "unit variant "]) {
            Wanted::Null
        } else if begins(&["enum "]) {
            Wanted::Either(vec![Wanted::Text, Wanted::Object])
        } else {
            Wanted::Other(words.to_owned())
        }
    }

    /// Whether a string is the text of what was expected.
    fn is_written_as(&self, text: &str) -> bool {
        let text = text.trim();
        match self {
            Wanted::Boolean => matches!(text, "true" | "false"),
            Wanted::Integer(..) | Wanted::Number => is_number(text),
            Wanted::Array(_) => text.starts_with('['),
            Wanted::Object => text.starts_with('{'),
            Wanted::Either(all) => all.iter().any(|one| one.is_written_as(text)),
            _ => false,
        }
    }

    /// Whether not every string will do, so that it matters which one came.
    fn is_a_certain_text(&self) -> bool {
        match self {
            Wanted::OneOf(_) | Wanted::Format(..) | Wanted::Other(_) => true,
            Wanted::Either(all) => all.iter().any(Wanted::is_a_certain_text),
            _ => false,
        }
    }

    fn is_number(&self) -> bool {
        match self {
            Wanted::Integer(..) | Wanted::Number => true,
            Wanted::Either(all) => all.iter().any(Wanted::is_number),
            _ => false,
        }
    }
}

/// The integers of a type with that name, `u8` or `a nonzero u8`.
fn integer(words: &str) -> Option<Wanted> {
    let name = words.strip_prefix("a nonzero ").unwrap_or(words);
    let is_signed = name.starts_with('i');
    let unused = 128
        - match name.strip_prefix(['i', 'u'])? {
            "8" => 8,
            "16" => 16,
            "32" => 32,
            "64" => 64,
            "128" => 128,
            "size" => usize::BITS,
            _ => return None,
        };
    match (is_signed, name == words) {
        (true, true) => Some(Wanted::Integer(i128::MIN >> unused, (i128::MAX >> unused).cast_unsigned())),
        (true, false) => Some(Wanted::Other("an integer other than 0".to_owned())),
        (false, is_zero_one) => Some(Wanted::Integer(i128::from(!is_zero_one), u128::MAX >> unused)),
    }
}

/// The integers of a format that schemars gives to an integer type: `uint8`.
pub(super) fn range_of_format(format: &str) -> Option<(i128, u128)> {
    let name = if format.starts_with('u') { format.replacen("uint", "u", 1) } else { format.replacen("int", "i", 1) };
    match integer(&name) {
        Some(Wanted::Integer(least, most)) if name != format => Some((least, most)),
        _ => None,
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wanted::Null => f.write_str("null"),
            Wanted::Boolean => f.write_str("a boolean"),
            Wanted::Integer(i128::MIN, u128::MAX) => f.write_str("an integer"),
            Wanted::Integer(least, u128::MAX) => write!(f, "an integer of at least {least}"),
            Wanted::Integer(i128::MIN, most) => write!(f, "an integer of at most {most}"),
            Wanted::Integer(least, most) => write!(f, "an integer from {least} to {most}"),
            Wanted::Number => f.write_str("a number"),
            Wanted::Text => f.write_str("a string"),
            Wanted::Array(None) => f.write_str("an array"),
            Wanted::Array(Some(1)) => f.write_str("an array of 1 value"),
            Wanted::Array(Some(count)) => write!(f, "an array of {count} values"),
            Wanted::Object => f.write_str("an object"),
            Wanted::OneOf(names) => {
                let names: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
                f.write_str(&list(&names))
            }
            Wanted::Format(name, example) => write!(f, "{name} such as {example:?}"),
            Wanted::Either(all) => f.write_str(&list(&all.iter().map(Wanted::to_string).collect::<Vec<_>>())),
            Wanted::Other(words) => f.write_str(words),
        }
    }
}

/// `a`, `a or b`, `a, b or c`
pub(super) fn list(all: &[String]) -> String {
    match all {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

impl Found {
    /// A text that stands for itself.
    pub(super) fn quoted(text: &str) -> Self {
        Found::Other(format!("{:?}", short(text)))
    }

    /// Digits that stand for themselves.
    pub(super) fn as_it_is(digits: &str) -> Self {
        Found::Other(short(digits))
    }

    pub(super) fn of(unexpected: Unexpected<'_>) -> Self {
        match unexpected {
            Unexpected::Bool(_) => Found::Boolean,
            Unexpected::Unsigned(number) => Found::Number(number.to_string()),
            Unexpected::Signed(number) => Found::Number(number.to_string()),
            Unexpected::Float(number) => Found::Number(number.to_string()),
            Unexpected::Char(one) => Found::Text(one.to_string()),
            Unexpected::Str(text) => Found::Text(text.to_owned()),
            Unexpected::Bytes(bytes) => Found::Text(String::from_utf8_lossy(bytes).into_owned()),
            Unexpected::Unit | Unexpected::Option => Found::Null,
            Unexpected::Seq | Unexpected::TupleVariant => Found::Array(None),
            Unexpected::Map | Unexpected::Enum | Unexpected::NewtypeVariant | Unexpected::StructVariant => {
                Found::Object
            }
            Unexpected::UnitVariant => Found::Other("a string".to_owned()),
            Unexpected::NewtypeStruct => Found::Other("another value".to_owned()),
            Unexpected::Other(words) => Found::Other(words.to_owned()),
        }
    }
}

/// `an integer, not 5.5`
pub(super) struct Instead<'a>(pub(super) &'a Wanted, pub(super) &'a Found);

impl fmt::Display for Instead<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Instead(wanted, found) = self;
        let is_fraction = matches!(found, Found::Number(digits) if whole(digits) == Err(NotWhole::Fraction));
        let is_other_kind = !matches!(found, Found::Number(_));
        match wanted {
            // A range says nothing to who has sent no integer.
            Wanted::Integer(..) if is_fraction || is_other_kind => write!(f, "{ANY_INTEGER}, not ")?,
            wanted => write!(f, "{wanted}, not ")?,
        }
        match found {
            Found::Null => f.write_str("null"),
            Found::Boolean => f.write_str("a boolean"),
            Found::Number(digits) if wanted.is_number() => f.write_str(&short(digits)),
            Found::Number(_) => f.write_str("a number"),
            Found::Text(text) if wanted.is_written_as(text) => f.write_str("its text"),
            Found::Text(text) if wanted.is_a_certain_text() => write!(f, "{:?}", short(text)),
            Found::Text(_) => f.write_str("a string"),
            Found::Array(Some(count)) => write!(f, "of {count}"),
            Found::Array(None) => f.write_str("an array"),
            Found::Object => f.write_str("an object"),
            Found::Other(words) => f.write_str(words),
        }
    }
}

/// So much of a text that its sender knows it again.
fn short(text: &str) -> String {
    const LENGTH: usize = 60;
    match text.char_indices().nth(LENGTH) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_of_rust_reaches_a_model() {
        for (rust, json) in [
            ("i8", "an integer from -128 to 127"),
            ("u64", "an integer from 0 to 18446744073709551615"),
            ("u128", "an integer of at least 0"),
            ("a nonzero u8", "an integer from 1 to 255"),
            ("a nonzero i8", "an integer other than 0"),
            ("f32", "a number"),
            ("a character", "a string of one character"),
            ("struct Home", "an object"),
            ("internally tagged enum Shape", "an object"),
            ("tuple struct Point with 2 elements", "an array of 2 values"),
            ("a tuple of size 3", "an array of 3 values"),
            ("an array of length 1", "an array of 1 value"),
            ("4 elements in sequence", "an array of 4 values"),
            ("enum Shape", "a string or an object"),
            ("unit struct Nothing", "null"),
            ("a colour such as #fff", "a colour such as #fff"),
        ] {
            assert_eq!(Wanted::of_type(rust).to_string(), json, "{rust}");
        }
    }

    #[test]
    fn what_came_is_told_as_far_as_it_helps() {
        let byte = Wanted::of_type("u8");
        let told = |wanted: &Wanted, found: Found| Instead(wanted, &found).to_string();
        assert_eq!(told(&byte, Found::Number("5.5".to_owned())), "an integer, not 5.5");
        assert_eq!(told(&byte, Found::Number("300".to_owned())), "an integer from 0 to 255, not 300");
        assert_eq!(told(&byte, Found::Number("1e400".to_owned())), "an integer from 0 to 255, not 1e400");
        assert_eq!(told(&byte, Found::Text("5".to_owned())), "an integer, not its text");
        assert_eq!(told(&byte, Found::Text("many".to_owned())), "an integer, not a string");
        assert_eq!(told(&Wanted::Text, Found::Number("5".to_owned())), "a string, not a number");
        assert_eq!(told(&Wanted::Object, Found::Text("{\"a\":".to_owned())), "an object, not its text");
        assert_eq!(told(&Wanted::Array(Some(2)), Found::Array(Some(3))), "an array of 2 values, not of 3");
        let date = Wanted::Format("a date", "2026-07-28");
        assert_eq!(told(&date, Found::Text("soon".to_owned())), "a date such as \"2026-07-28\", not \"soon\"");
        let long = told(&byte, Found::Number("1".repeat(5000)));
        assert!(long.len() < 200 && long.ends_with('…'), "{long}");
    }

    #[test]
    fn formats_of_schemars_are_ranges() {
        assert_eq!(range_of_format("uint8"), Some((0, 255)));
        assert_eq!(range_of_format("int32"), Some((i32::MIN.into(), 2_147_483_647)));
        assert_eq!(range_of_format("date"), None);
        assert_eq!(range_of_format("i32"), None);
    }
}
