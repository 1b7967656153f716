//! `#[input(…)]` and `#[output(…)]`: what of the host's a parameter is bound to.

mod other;
mod storage;

use super::{Entry, Keys, any_entries};
use crate::diag::Diagnostics;
use crate::json::quoted;
use proc_macro2::Span;
use syn::{Attribute, Ident, LitStr, Meta};

/// A binding.
pub(crate) struct Binding {
    /// Its name, if one was given.
    pub(crate) name: Option<LitStr>,
    /// `blob`, `queue` or another type.
    pub(crate) kind: String,
    pub(crate) is_output: bool,
    /// Its other members: names as in function.json, and JSON.
    pub(crate) properties: Vec<(String, String)>,
    /// Those of them that are text, where binding expressions may stand.
    pub(crate) texts: Vec<LitStr>,
    pub(crate) span: Span,
}

impl Binding {
    /// Reads it.
    pub(crate) fn read(attribute: &Attribute, diagnostics: &mut Diagnostics) -> Option<Self> {
        let is_output = attribute.path().is_ident("output");
        let form = if is_output {
            "`#[output(blob, path = \"container/blob\")]`, `#[output(queue, queue_name = \"…\")]` or \
             `#[output(binding(type = \"…\", …))]`"
        } else {
            "`#[input(blob, path = \"container/blob\")]` or `#[input(binding(type = \"…\", …))]`"
        };
        let so_far = diagnostics.count();
        let entries = match &attribute.meta {
            Meta::List(list) => any_entries(list.tokens.clone(), diagnostics),
            Meta::Path(_) | Meta::NameValue(_) => Vec::new(),
        };
        let is_kind = |entry: &Entry| ["blob", "queue", "binding"].iter().any(|kind| entry.key == kind);
        let (mut kinds, members): (Vec<_>, Vec<_>) = entries.into_iter().partition(is_kind);
        if let Some(second) = kinds.get(1) {
            diagnostics.error(&second.key, "a parameter is bound to one thing; write a parameter for each");
            return None;
        }
        let Some(kind) = kinds.pop() else {
            if diagnostics.count() == so_far {
                diagnostics.error(attribute, format!("what is the parameter bound to? Write {form}"));
            }
            return None;
        };
        let binding = Binding::new(&kind.key, is_output);
        match kind.key.to_string().as_str() {
            "blob" => storage::read(binding, &storage::BLOB, &kind, members, diagnostics, so_far),
            "queue" if !is_output => {
                let message = "a function cannot read a queue: it only writes to one, with `#[output(queue, …)]`";
                diagnostics.error(&kind.key, message);
                None
            }
            "queue" => storage::read(binding, &storage::QUEUE, &kind, members, diagnostics, so_far),
            _ => other::read(binding, kind, &members, diagnostics),
        }
    }

    /// Whether it needs no Functions host, but a storage.
    pub(crate) fn is_of_storage(&self) -> bool {
        self.kind == "blob" || (self.kind == "queue" && self.is_output)
    }

    fn new(kind: &Ident, is_output: bool) -> Self {
        let (properties, texts) = (Vec::new(), Vec::new());
        Binding { name: None, kind: kind.to_string(), is_output, properties, texts, span: kind.span() }
    }

    fn push_text(&mut self, member: &str, text: LitStr) {
        self.properties.push((member.to_owned(), quoted(&text.value())));
        self.texts.push(text);
    }
}

/// `database_name` becomes `databaseName`, as in function.json; what is in that form already stays.
pub(crate) fn camel_case(name: &str) -> String {
    let mut words = name.split('_').filter(|word| !word.is_empty());
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::camel_case;

    #[test]
    fn names_are_those_of_function_json() {
        assert_eq!(camel_case("database_name"), "databaseName");
        assert_eq!(camel_case("databaseName"), "databaseName");
        assert_eq!(camel_case("_file_"), "file");
    }
}
