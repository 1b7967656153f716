//! JSON objects being written.

use super::encode::argument_text;
use crate::json::RawObject;
use crate::json::newtonsoft::{self, once, twice, write_string};
use serde_json::value::RawValue;

/// The members of an object being written: names, and values as JSON text.
#[derive(Default)]
pub(crate) struct Members(Vec<(String, String)>);

impl Members {
    pub(crate) fn push(&mut self, name: &str, json: String) {
        self.0.push((name.to_owned(), json));
    }

    /// A member with all arguments as texts, if there are arguments.
    pub(crate) fn push_texts(&mut self, name: &str, arguments: Option<&RawValue>) -> serde_json::Result<()> {
        let Some(arguments) = arguments else { return Ok(()) };
        let mut texts = Members::default();
        for (name, value) in RawObject::parse(arguments.get())?.iter() {
            texts.push(name, once(&argument_text(value)?));
        }
        self.push(name, texts.object());
        Ok(())
    }

    /// The host lifts members out of a trigger value that is JSON, in the place of what has that name already. Lists and
    /// nulls stay behind.
    pub(crate) fn promote(&mut self, name: &str, value: &RawValue) -> serde_json::Result<()> {
        let json = match value.get().as_bytes().first() {
            Some(b'[' | b'n') => return Ok(()),
            Some(b'{') => newtonsoft::compact(value)?,
            _ => twice(&argument_text(value)?),
        };
        self.replace(name, json);
        Ok(())
    }

    /// A member in the place of the one that has that name, in whatever case.
    pub(crate) fn replace(&mut self, name: &str, json: String) {
        match self.0.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some((_, old)) => *old = json,
            None => self.push(name, json),
        }
    }

    /// A member, unless there is one of that name, in whatever case.
    pub(crate) fn push_new(&mut self, name: &str, json: String) {
        if !self.0.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) {
            self.push(name, json);
        }
    }

    /// Takes the member of that name away, in whatever case.
    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }

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
