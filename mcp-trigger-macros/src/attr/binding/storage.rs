//! `blob, path = "…"` and `queue, queue_name = "…"`: Azure Storage.

use crate::attr::entry::{AttributeEntry, EntryValue, known_entries};
use crate::attr::keys::KnownKeys;
use crate::diag::Diagnostics;
use crate::model::BindingOptions;

/// The differences between blobs and queues.
pub(super) struct StorageBinding {
    pub(super) keys: KnownKeys,
    /// The required key, its member in function.json, and an example.
    address: (&'static str, &'static str, &'static str),
    /// Checks the value of the required key.
    check: fn(&str) -> Result<(), String>,
}

const SHARED: &[&str] = &["connection", "name"];

pub(super) const BLOB: StorageBinding = StorageBinding {
    keys: KnownKeys { attribute: "blob", own: &["path"], shared: SHARED, aliases: &[("container", "path")] },
    address: ("path", "path", "`blob, path = \"container/blob\"`"),
    check: check_path,
};
pub(super) const QUEUE: StorageBinding = StorageBinding {
    keys: KnownKeys { attribute: "queue", own: &["queue_name"], shared: SHARED, aliases: &[("path", "queue_name")] },
    address: ("queue_name", "queueName", "`queue, queue_name = \"…\"`"),
    check: check_queue,
};

/// `so_far` is the number of mistakes before this attribute.
pub(super) fn read(
    mut binding: BindingOptions,
    storage: &StorageBinding,
    kind: &AttributeEntry,
    members: Vec<AttributeEntry>,
    diagnostics: &mut Diagnostics,
    so_far: usize,
) -> Option<BindingOptions> {
    let (key, member, form) = storage.address;
    if !matches!(kind.value, EntryValue::Nothing) {
        diagnostics.error(&kind.key, format!("`{}` has no value, its members follow: {form}", kind.key));
        return None;
    }
    let mut address = None;
    let mut connection = None;
    for entry in known_entries(members, &storage.keys, diagnostics) {
        match entry.key.to_string().as_str() {
            "name" => binding.name = entry.string(diagnostics),
            "connection" => connection = entry.string(diagnostics),
            _ => address = entry.string(diagnostics),
        }
    }
    match address {
        Some(address) => {
            if let Err(mistake) = (storage.check)(&address.value()) {
                diagnostics.error(&address, mistake);
            }
            binding.push_text(member, address);
        }
        None if diagnostics.count() == so_far => {
            diagnostics.error(&kind.key, format!("a {} needs a `{key}`: {form}", kind.key));
        }
        None => {}
    }
    match connection {
        Some(connection) => binding.push_text("connection", connection),
        // The setting that every function app has.
        None => binding.members.push(("connection".to_owned(), "\"AzureWebJobsStorage\"".to_owned())),
    }
    Some(binding)
}

fn check_path(path: &str) -> Result<(), String> {
    let (container, blob) = path.split_once('/').unwrap_or_default();
    if container.is_empty() || blob.is_empty() {
        return Err("the path of a blob is that of its container and its name: `container/blob`".to_owned());
    }
    if ["$root", "$web", "$logs"].contains(&container) { Ok(()) } else { check_name("container", container) }
}

fn check_queue(name: &str) -> Result<(), String> {
    check_name("queue", name)
}

/// The rules of Azure Storage. A name with binding expressions or app settings is not checked.
fn check_name(what: &str, name: &str) -> Result<(), String> {
    let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_name = (3..=63).contains(&name.len())
        && name.chars().all(is_allowed)
        && !name.starts_with('-')
        && !name.ends_with('-')
        && !name.contains("--");
    if is_name || name.contains(['{', '%']) {
        return Ok(());
    }
    Err(format!(
        "`{name}` cannot be the name of a {what}: Azure Storage wants 3 to 63 lower-case letters and digits, with single `-` \
         between them"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_azure_storage() {
        for path in ["snippets/a", "a-1/{mcptoolargs.name}.txt", "$web/index.html", "{mcptoolargs.box}/a", "%BOX%/a"] {
            assert_eq!(check_path(path), Ok(()), "{path}");
        }
        for path in ["", "snippets", "snippets/", "/a", "Snippets/a", "ab/c", "a_b/c", "-ab/c", "ab-/c", "a--b/c"] {
            assert!(check_path(path).is_err(), "{path}");
        }
        assert_eq!(check_queue("orders-2"), Ok(()));
        assert!(check_queue("Orders").is_err());
    }
}
