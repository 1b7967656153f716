//! Arguments of the command line for tools and prompts: `key=value`, typed by the schema, or one JSON object.
//!
//! | on the command line | schema | argument |
//! |---|---|---|
//! | `n=3` | integer or number | `3` |
//! | `n=3` | string | `"3"` |
//! | `list=a list=b` | array of strings | `["a","b"]` |
//! | `person.name=Ann` | object with the property `name` | `{"name":"Ann"}` |
//! | `list=[1,2]`, `person={"name":"Ann"}` | array, object | JSON as it is |

mod pairs;
mod schema;

pub(super) use pairs::{from_pairs, split};
pub(super) use schema::Schema;

use crate::error::Error;
use crate::output;
use serde_json::{Map, Value};

/// Reads a JSON object: the text itself, from standard input (`-`), or from a file (`@FILE`).
///
/// # Errors
///
/// If the text cannot be read, or is no JSON object.
pub(super) fn from_json(given: &str) -> Result<Map<String, Value>, Error> {
    let text = match given.strip_prefix('@') {
        Some(file) => std::fs::read_to_string(file)
            .map_err(|error| Error::new(format!("cannot read the arguments from {file}")).why(error))?,
        None if given == "-" => std::io::read_to_string(std::io::stdin())
            .map_err(|error| Error::new("cannot read the arguments from standard input").why(error))?,
        None => given.to_owned(),
    };
    let wrong = |why: String| {
        Error::usage("the arguments are no JSON object")
            .why(why)
            .next("write it in single quotes, as in --args '{\"name\": \"Ann\"}'; or as name=Ann")
    };
    match serde_json::from_str(text.trim()) {
        Ok(Value::Object(arguments)) => Ok(arguments),
        Ok(other) => Err(wrong(format!("`{other}` is something else"))),
        Err(error) => Err(wrong(error.to_string())),
    }
}

/// The entry of this name in a list of a server. `kind` is that of the entries: `tool` or `prompt`.
///
/// # Errors
///
/// If there is none: the error lists the names that there are.
pub(super) fn named<'a>(name: &str, entries: &'a [Value], kind: &str) -> Result<&'a Value, Error> {
    let names = || entries.iter().filter_map(|entry| entry["name"].as_str());
    entries.iter().find(|entry| entry["name"] == name).ok_or_else(|| {
        let meant = most_similar(name, names());
        let hint = meant.map(|name| format!("; is `{}` meant?", output::foreign(name))).unwrap_or_default();
        let all: Vec<_> = names().map(output::foreign).collect();
        Error::usage(format!("the server has no {kind} `{name}`{hint}")).next(match all.is_empty() {
            true => format!("it has no {kind}s at all; `cargo mcp-trigger list` shows what it has"),
            false => format!("name one of these: {}", all.join(", ")),
        })
    })
}

/// The name of an argument, with a mark behind it if the argument is optional.
pub(super) fn marked(name: &str, is_required: bool) -> String {
    format!("{}{}", output::foreign(name), if is_required { "" } else { "?" })
}

/// The most similar of some names, if one is similar enough to be meant.
fn most_similar<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let rated = names.map(|known| (strsim::damerau_levenshtein(&name.to_lowercase(), &known.to_lowercase()), known));
    rated.filter(|(distance, _)| *distance <= 1 + name.chars().count() / 4).min().map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_arguments_are_an_object_from_anywhere() {
        assert_eq!(from_json(" {\"a\": 1}").unwrap()["a"], 1);
        for wrong in ["", "[]", "name=Ann", "{'a': 1}"] {
            assert!(from_json(wrong).unwrap_err().to_string().contains("single quotes"), "{wrong}");
        }
        assert!(from_json("@no/such.json").unwrap_err().to_string().contains("no/such.json"));
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.json");
        std::fs::write(&file, "{\"b\": 2}\n").unwrap();
        assert_eq!(from_json(&format!("@{}", file.display())).unwrap()["b"], 2);
    }

    #[test]
    fn only_what_is_similar_is_suggested() {
        let names = || ["hello", "languages"].into_iter();
        assert_eq!(most_similar("helo", names()), Some("hello"));
        assert_eq!(most_similar("Hello", names()), Some("hello"));
        assert_eq!(most_similar("weather", names()), None);
    }
}
