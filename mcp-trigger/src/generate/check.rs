//! A plan as a diff.

use super::plan::{Action, Change};
use super::root::Root;
use host_protocol::app_folder::LOCAL_SETTINGS;
use similar::TextDiff;

/// The changes that `--check` minds: all but those of the one file that is not in the repository.
pub(crate) fn minded(changes: &[Change]) -> impl Iterator<Item = &Change> {
    changes.iter().filter(|change| change.path != LOCAL_SETTINGS)
}

/// A change as `git diff` would show it.
pub(crate) fn diff(root: &Root, change: &Change) -> String {
    let path = root.show(&change.path);
    let (old, text) = match &change.action {
        Action::Create { text } => (None, Some(text)),
        Action::Replace { old, text } => (Some(old), Some(text)),
        Action::Remove { old } => (Some(old), None),
        Action::RenameFolder { from } => return format!("rename from {}\nrename to {path}\n", root.show(from)),
    };
    let side = |letter, text: Option<_>| text.map_or_else(|| "/dev/null".to_owned(), |_| format!("{letter}/{path}"));
    let diff = TextDiff::from_lines(old.map_or("", String::as_str), text.map_or("", String::as_str));
    diff.unified_diff().header(&side('a', old), &side('b', text)).to_string()
}
