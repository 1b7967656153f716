//! `#[input(…)]` and `#[output(…)]`: the bindings of parameters.

mod other;
mod storage;

use super::entry::{AttributeEntry, any_entries};
use crate::diag::Diagnostics;
use crate::model::BindingOptions;
use syn::{Attribute, Meta};

/// Reads `#[input]` or `#[output]`.
pub(crate) fn read_binding(attribute: &Attribute, diagnostics: &mut Diagnostics) -> Option<BindingOptions> {
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
    let is_kind = |entry: &AttributeEntry| ["blob", "queue", "binding"].iter().any(|kind| entry.key == kind);
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
    let binding = BindingOptions {
        name: None,
        binding_type: kind.key.to_string(),
        is_output,
        members: Vec::new(),
        texts: Vec::new(),
        span: kind.key.span(),
    };
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

/// The keys of blobs and queues.
#[cfg(test)]
pub(super) fn storage_keys() -> Vec<&'static str> {
    let all = [storage::BLOB, storage::QUEUE].map(|binding| [binding.keys.own, binding.keys.shared].concat());
    all.concat()
}
