//! Carries a plan out.

use super::plan::{Action, Change};
use super::root::Root;
use crate::app::Error;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

/// Makes a change. A file is there with its old content or with its new one, never with half of it: a host may be watching.
///
/// # Errors
///
/// If the file system refuses.
pub(crate) fn apply(root: &Root, change: &Change) -> Result<(), Error> {
    let path = root.path().join(&change.path);
    let done = match &change.action {
        Action::Create { text } | Action::Replace { text, .. } => write(&path, text),
        Action::Remove { .. } => remove(&path),
        Action::RenameFolder { from } => fs::rename(root.path().join(from), &path),
    };
    done.map_err(|error| Error::File { path: root.show(&change.path), source: error })
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    // The target of a link is replaced, not the link.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(io::ErrorKind::InvalidFilename.into());
    };
    fs::create_dir_all(folder)?;
    let mut draft = name.to_owned();
    draft.push(format!(".{}.tmp", std::process::id()));
    let draft = folder.join(draft);
    // Nothing is written to a file, or through a link, that is there already.
    let written = File::create_new(&draft)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| match fs::metadata(&path) {
            Ok(old) => fs::set_permissions(&draft, old.permissions()),
            Err(_) => Ok(()),
        })
        .and_then(|()| fs::rename(&draft, &path));
    if written.is_err() {
        let _ = fs::remove_file(&draft);
    }
    written
}

/// Removes the file, and its folder if it was alone in there: `remove_dir` refuses to remove more.
fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path)?;
    if let Some(folder) = path.parent() {
        let _ = fs::remove_dir(folder);
    }
    Ok(())
}
