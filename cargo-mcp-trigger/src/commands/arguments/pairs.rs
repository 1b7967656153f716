//! `key=value`: the arguments of a tool, typed by its input schema.

use super::schema::{Schema, put};
use super::{marked, most_similar};
use crate::error::Error;
use crate::output::{self, ASIDE, NAME};
use anstyle::Style;
use serde_json::{Map, Value};

/// Splits `key=value` at the first equals sign.
///
/// # Errors
///
/// If there is none.
pub(crate) fn split(pair: &str) -> Result<(&str, &str), Error> {
    pair.split_once('=').filter(|(key, _)| !key.is_empty()).ok_or_else(|| {
        Error::usage(format!("`{pair}` is no argument"))
            .why("it has no `=`")
            .next("write each as key=value, in quotes if it has blanks")
    })
}

/// The arguments of a tool, from `key=value` of the command line.
///
/// # Errors
///
/// If an argument is unknown, has a wrong value, or is missing: the error lists all of them.
pub(crate) fn from_pairs(tool: &str, pairs: &[String], schema: Schema<'_>) -> Result<Map<String, Value>, Error> {
    let mut arguments = Map::new();
    let mut lists: Vec<(Vec<&str>, Schema<'_>, Vec<&str>)> = Vec::new();
    let wrong = |what: String| Error::usage(what).next(listed(tool, schema));
    for pair in pairs {
        let (key, text) = split(pair)?;
        let Some((path, part)) = find(key, schema) else {
            let names = schema.properties().into_iter().map(|(name, _)| name);
            let meant = most_similar(key.split('.').next().unwrap_or_default(), names);
            let hint = meant.map(|name| format!("; is `{name}` meant?")).unwrap_or_default();
            return Err(wrong(format!("`{tool}` has no argument `{key}`{hint}")));
        };
        if part.is_list() {
            match lists.iter_mut().find(|(known, ..)| *known == path) {
                Some((_, _, texts)) => texts.push(text),
                None => lists.push((path, part, vec![text])),
            }
            continue;
        }
        let value = part.read(text).map_err(|wanted| wrong(not_of_type(key, text, &wanted)))?;
        if !put(&mut arguments, &path, value) {
            return Err(wrong(format!("`{key}` was given before")));
        }
    }
    for (path, part, texts) in lists {
        let key = path.join(".");
        let value = read_list(part, &texts).map_err(|(text, wanted)| wrong(not_of_type(&key, text, &wanted)))?;
        if !put(&mut arguments, &path, value) {
            return Err(wrong(format!("`{key}` was given before")));
        }
    }
    let missing = schema.properties().into_iter().map(|(name, _)| name);
    let missing: Vec<_> = missing.filter(|name| schema.requires(name) && !arguments.contains_key(*name)).collect();
    if !missing.is_empty() {
        let names: Vec<_> = missing.iter().map(|name| format!("`{name}`")).collect();
        return Err(wrong(format!("`{tool}` needs {}", names.join(", "))));
    }
    Ok(arguments)
}

fn not_of_type(key: &str, text: &str, wanted: &str) -> String {
    let wanted = match wanted {
        several if several.contains(" | ") => format!("one of {}", several.replace(" | ", ", ")),
        one if one.starts_with(['a', 'i', 'o']) => format!("an {one}"),
        one => format!("a {one}"),
    };
    format!("`{key}` is {wanted}, and `{text}` is not")
}

/// The path of properties that a key names, and the schema there. A name with dots is looked for as it is first.
fn find<'k, 's>(key: &'k str, schema: Schema<'s>) -> Option<(Vec<&'k str>, Schema<'s>)> {
    let is_named = schema.properties().iter().any(|(name, _)| *name == key);
    if !is_named
        && let Some((first, rest)) = key.split_once('.')
        && let Some(inner) = schema.property(first)
        && let Some((path, part)) = find(rest, inner)
    {
        return Some(([vec![first], path].concat(), part));
    }
    Some((vec![key], schema.property(key)?))
}

/// The list of all its parts; of one part that is a list in JSON, that one.
fn read_list<'t>(schema: Schema<'_>, texts: &[&'t str]) -> Result<Value, (&'t str, String)> {
    if let [only] = texts
        && let Ok(list @ (Value::Array(_) | Value::Null)) = schema.read(only)
    {
        return Ok(list);
    }
    let items = schema.items();
    texts.iter().map(|text| items.read(text).map_err(|wanted| (*text, wanted))).collect()
}

/// All arguments of a tool, for a message.
pub(crate) fn listed(tool: &str, schema: Schema<'_>) -> String {
    let mut rows = Vec::new();
    collect("", schema, true, 0, &mut rows);
    if rows.is_empty() {
        return format!("`{tool}` takes no arguments");
    }
    format!("the arguments of `{tool}` are (? is optional)\n{}", output::table(&rows, [NAME, Style::new(), ASIDE]))
}

fn collect(prefix: &str, schema: Schema<'_>, is_required: bool, depth: usize, rows: &mut Vec<[String; 3]>) {
    for (name, part) in schema.properties() {
        let (key, is_required) = (format!("{prefix}{name}"), is_required && schema.requires(name));
        if depth < 3 && !part.properties().is_empty() && !part.is_list() {
            collect(&format!("{key}."), part, is_required, depth + 1, rows);
            continue;
        }
        rows.push([marked(&key, is_required), output::foreign(&part.type_name()), output::foreign(part.description())]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schema() -> Value {
        json!({
            "type": "object",
            "properties": {
                "person": { "$ref": "#/$defs/Person" },
                "n": { "type": "integer", "description": "How often\nand more" },
                "list": { "type": "array", "items": { "type": "string" } },
                "numbers": { "anyOf": [{ "type": "array", "items": { "type": "number" } }, { "type": "null" }] },
                "a.b": { "type": "string" },
                "map": { "type": "object", "additionalProperties": { "type": "integer" } }
            },
            "required": ["person"],
            "$defs": { "Person": {
                "type": "object",
                "properties": { "name": { "type": "string" }, "age": { "type": ["integer", "null"] } },
                "required": ["name"]
            } }
        })
    }

    fn read(pairs: &[&str]) -> Result<Value, String> {
        let pairs: Vec<_> = pairs.iter().map(|&pair| pair.to_owned()).collect();
        let read = from_pairs("greet", &pairs, Schema::new(&schema()));
        read.map(Value::Object).map_err(|error| anstream::adapter::strip_str(&error.to_string()).to_string())
    }

    #[test]
    fn arguments_have_the_types_of_the_schema() {
        for (pairs, expected) in [
            (&["person.name=3", "person.age=3"][..], json!({ "person": { "name": "3", "age": 3 } })),
            (&["person={\"name\":\"Ann\"}", "n=2"], json!({ "person": { "name": "Ann" }, "n": 2 })),
            (&["person.name=a=b c", "list=a", "list=b"], json!({ "person": { "name": "a=b c" }, "list": ["a", "b"] })),
            (&["person.name=", "list=[\"a\"]"], json!({ "person": { "name": "" }, "list": ["a"] })),
            (&["person.name=A", "list=[a"], json!({ "person": { "name": "A" }, "list": ["[a"] })),
            (&["person.name=A", "numbers=1", "numbers=2.5"], json!({ "person": { "name": "A" }, "numbers": [1, 2.5] })),
            (&["person.name=A", "numbers=null"], json!({ "person": { "name": "A" }, "numbers": null })),
            (
                &["person.name=A", "a.b=x", "map.k=1"],
                json!({ "person": { "name": "A" }, "a.b": "x", "map": { "k": 1 } }),
            ),
        ] {
            assert_eq!(read(pairs), Ok(expected), "{pairs:?}");
        }
    }

    #[test]
    fn mistakes_are_told_with_all_arguments() {
        for (pairs, expected) in [
            (&["n=1"][..], "`greet` needs `person`"),
            (&["persn.name=A"], "`greet` has no argument `persn.name`; is `person` meant?"),
            (&["person.name=A", "person.shoe=1"], "`greet` has no argument `person.shoe`"),
            (&["person.name=A", "n=x"], "`n` is an integer, and `x` is not"),
            (&["person.name=A", "person.name=B"], "`person.name` was given before"),
            (&["person.name=A", "numbers=x"], "`numbers` is a number, and `x` is not"),
        ] {
            let message = read(pairs).unwrap_err();
            assert!(message.starts_with(expected), "{message}");
            assert!(message.contains("\n  person.name  string"), "{message}");
            assert!(message.contains("\n  n?           integer   How often\n"), "{message}");
        }
        assert!(read(&["person"]).unwrap_err().contains("has no `=`"));
        assert!(read(&["=x"]).unwrap_err().contains("`=x` is no argument"));
    }
}
