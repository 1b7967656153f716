//! Links in the app's folder: one that leads out of the folder is not followed to write or remove.

use super::folder::Folder;
use super::plan::{Action, Change, Draft};
use std::path::{Path, PathBuf};

/// Refuses the changes that would take place outside of the folder.
pub(super) fn check(draft: &mut Draft, folder: &Folder) {
    let Ok(root) = folder.path.canonicalize() else { return };
    let outside = |change: &Change| {
        let place = place(&root, change).filter(|place| !place.starts_with(&root))?;
        Some(format!(
            "{}: by a link it is {}, which is outside of the app's folder, and `generate` changes nothing there; put a file or a \
             folder of the app's own in the place of the link",
            change.path,
            place.display()
        ))
    };
    let problems: Vec<_> = draft.changes().iter().filter_map(outside).collect();
    problems.into_iter().for_each(|problem| draft.refuse(problem));
}

/// The file or folder where a change takes place, without links. `None` for a file in a folder that is made with it.
fn place(root: &Path, change: &Change) -> Option<PathBuf> {
    let path = root.join(&change.path);
    let folder = || path.parent()?.canonicalize().ok();
    match &change.action {
        // The target of a link is replaced. A link to nothing is replaced itself.
        Action::Create { .. } | Action::Replace { .. } => path.canonicalize().ok().or_else(folder),
        // A link is removed itself.
        Action::Remove { .. } => folder(),
        // What is written into the folder goes where a link of the old name leads.
        Action::RenameFolder { from } => root.join(from).canonicalize().ok(),
    }
}
