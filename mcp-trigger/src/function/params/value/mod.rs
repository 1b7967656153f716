//! One way in which values are read that clients and models have written.
//!
//! serde_json reads most values. A value that it refuses is read a second time from its text:
//!
//! * A number without a fraction is an integer, however it is written: `5.0`, `1e3`. Many clients know floats only.
//! * A string that is the JSON text of an object or an array is read as that, where the type or the schema wants one and takes no such
//!   string. Models write that. It holds at every depth.
//! * If the parameter is lenient, numbers and booleans may be text.
//!
//! A value that the first reading accepts is not read again: a `String` or a `Value` never gets to the second.

mod by_schema;
mod format;
mod misread;
mod mistake;
mod number;
mod reader;
#[cfg(test)]
mod tests;
mod tree;
mod wanted;

pub(crate) use misread::Misread;
pub(super) use mistake::Mistake;
pub(crate) use number::{is_number, whole};

use reader::Reader;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::borrow::Cow;
use tree::Node;

/// Reads a value from JSON text. The schema is asked for only if that fails.
///
/// # Errors
///
/// If the value does not fit the type, with a message for the sender.
pub(crate) fn read<T, S>(text: &str, lenient: bool, schema: S) -> Result<T, Misread>
where
    T: DeserializeOwned,
    S: FnOnce() -> Cow<'static, Value>,
{
    serde_json::from_str(text).or_else(|_| {
        let mut tree = parse(text)?;
        typed(&tree, lenient).or_else(|_| read_fitted(&mut tree, lenient, &schema()))
    })
}

/// Reads a value from JSON text as its schema says: for types that take any value, and would not notice that `5.0` is an integer.
///
/// # Errors
///
/// As [`read`].
pub(crate) fn read_by_schema<T: DeserializeOwned>(text: &str, schema: &Value) -> Result<T, Misread> {
    read_fitted(&mut parse(text)?, false, schema)
}

fn read_fitted<T: DeserializeOwned>(tree: &mut Node<'_>, lenient: bool, schema: &Value) -> Result<T, Misread> {
    let misfit = by_schema::fit(tree, schema, lenient);
    typed(tree, lenient).map_err(|misread| misfit.unwrap_or_else(|| explained(misread, tree, schema)))
}

fn parse(text: &str) -> Result<Node<'_>, Misread> {
    Node::parse(text).map_err(Misread::from)
}

fn typed<T: DeserializeOwned>(tree: &Node<'_>, lenient: bool) -> Result<T, Misread> {
    T::deserialize(Reader { node: tree, lenient })
}

/// The same mistake, with the format that the schema names.
fn explained(misread: Misread, tree: &Node<'_>, schema: &Value) -> Misread {
    let Misread { path, mistake } = misread;
    let mistake = match (by_schema::at(tree, schema, &path), mistake) {
        (_, Mistake::NoForm(_)) => Mistake::NoForm(by_schema::forms(tree, schema, &path)),
        (Some((wanted @ wanted::Wanted::Format(..), node)), Mistake::Other(why)) => {
            Mistake::Format(Box::new((wanted, node.found())), why)
        }
        (_, mistake) => mistake,
    };
    Misread { path, mistake }
}
