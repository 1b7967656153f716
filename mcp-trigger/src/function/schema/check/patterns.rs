//! Regular expressions of schemas.
//!
//! JSON Schema takes them from ECMAScript. Those that regex-lite reads mean the same here; it finds them in linear time, whatever
//! the text, which those of ECMAScript cannot be. Patterns that it does not support (look-around, back-references, `\p{…}`) are not
//! checked.

use crate::function::schema::walk;
use regex_lite::Regex;
use serde_json::Value;
use std::collections::HashMap;
use std::fmt;

/// The expressions of one schema.
#[derive(Default)]
pub(super) struct Patterns(HashMap<String, Option<Pattern>>);

/// Whether an expression is somewhere in a text. A function of its own, so that a program without patterns has no regex-lite in it.
type Pattern = Box<dyn Fn(&str) -> bool + Send + Sync>;

impl fmt::Debug for Patterns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

impl Patterns {
    pub(super) fn of(schema: &Value) -> Self {
        let mut patterns = Patterns::default();
        walk::read(schema, &mut |schema| {
            let named = schema.get("patternProperties").and_then(Value::as_object);
            let names = named.into_iter().flatten().map(|(pattern, _)| pattern.as_str());
            for pattern in schema.get("pattern").and_then(Value::as_str).into_iter().chain(names) {
                patterns.0.entry(pattern.to_owned()).or_insert_with(|| {
                    let regex = Regex::new(pattern).ok()?;
                    Some(Box::new(move |text: &str| regex.is_match(text)))
                });
            }
        });
        patterns
    }

    /// Whether a pattern matches somewhere in a text; `None` for an unsupported pattern.
    pub(super) fn find(&self, pattern: &str, text: &str) -> Option<bool> {
        self.0.get(pattern)?.as_ref().map(|pattern| pattern(text))
    }
}
