//! JSON objects being written.

use super::newtonsoft::{once, write_string};

/// The members of an object being written: names, and values as JSON text.
#[derive(Default)]
pub(crate) struct ObjectBuilder(Vec<(String, String)>);

impl ObjectBuilder {
    pub(crate) fn push(&mut self, name: &str, json: String) {
        self.0.push((name.to_owned(), json));
    }

    /// Adds a member that is a string.
    pub(crate) fn push_text(&mut self, name: &str, text: &str) {
        self.push(name, once(text));
    }

    /// Adds a member that is a string, or `null` for `None`.
    pub(crate) fn push_text_or_null(&mut self, name: &str, text: Option<&str>) {
        self.push(name, text.map_or_else(|| "null".to_owned(), once));
    }

    /// Puts a member in the place of the one with that name in any case, or adds the member if there is none.
    pub(crate) fn replace(&mut self, name: &str, json: String) {
        match self.0.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some((_, old)) => *old = json,
            None => self.push(name, json),
        }
    }

    /// Adds a member, unless there is one with that name in any case.
    pub(crate) fn push_new(&mut self, name: &str, json: String) {
        if !self.0.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
            self.push(name, json);
        }
    }

    /// Removes the members with that name in any case.
    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }

    /// The object as JSON text.
    pub(crate) fn object(&self) -> String {
        let mut out = String::with_capacity(256);
        for (name, json) in &self.0 {
            out.push(if out.is_empty() { '{' } else { ',' });
            write_string(&mut out, name);
            out.push(':');
            out.push_str(json);
        }
        if out.is_empty() {
            out.push('{');
        }
        out.push('}');
        out
    }
}
