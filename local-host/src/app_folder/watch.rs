//! [`FolderWatch`]: changes in the folder of an app, looked for every half second. A library for the notifications of the
//! operating system would bring a dozen crates for a handful of files, and miss changes on network drives and in
//! containers.

use super::AppFolder;
use mcp_trigger_core::task;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

const PAUSE: Duration = Duration::from_millis(500);

/// Watches the files of an app.
pub struct FolderWatch {
    root: PathBuf,
    executables: Vec<PathBuf>,
    seen: FileVersions,
}

/// The kind of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FolderChange {
    /// The executable, or an argument that names a file.
    Executable,
    /// host.json, local.settings.json or a function.json.
    Description,
}

/// The watched files, each with its version.
#[derive(Clone, Debug, PartialEq, Eq)]
struct FileVersions {
    executables: BTreeMap<PathBuf, Option<FileVersion>>,
    descriptions: BTreeMap<PathBuf, Option<FileVersion>>,
}

/// The time of the last change, and the length in bytes.
type FileVersion = (SystemTime, u64);

impl FolderWatch {
    /// A watch of changes from now on.
    pub fn new(app: &AppFolder) -> Self {
        let (root, executables) = (app.root().to_owned(), app.executables());
        let seen = look(&root, &executables);
        FolderWatch { root, executables, seen }
    }

    /// Waits for a complete change. A file that is still written does not count yet.
    pub async fn changed(&mut self) -> FolderChange {
        let mut last = self.seen.clone();
        loop {
            tokio::time::sleep(PAUSE).await;
            let (root, executables) = (self.root.clone(), self.executables.clone());
            let Ok(now) = task::blocking(move || look(&root, &executables)).await else { continue };
            // Who builds an executable takes away the old one first.
            let is_gone = |file| now.executables.get(file).is_none_or(Option::is_none);
            let is_complete =
                now == last && !self.seen.executables.iter().any(|(file, version)| version.is_some() && is_gone(file));
            last = now;
            if !is_complete || last == self.seen {
                continue;
            }
            let before = std::mem::replace(&mut self.seen, last.clone());
            return if before.descriptions == last.descriptions {
                FolderChange::Executable
            } else {
                FolderChange::Description
            };
        }
    }
}

fn look(root: &std::path::Path, executables: &[PathBuf]) -> FileVersions {
    let versions = |files: Vec<PathBuf>| {
        let mut versions = BTreeMap::new();
        versions.extend(files.into_iter().map(|file| (file.clone(), version(&file))));
        versions
    };
    FileVersions { executables: versions(executables.to_vec()), descriptions: versions(AppFolder::files(root)) }
}

fn version(file: &PathBuf) -> Option<FileVersion> {
    let metadata = std::fs::metadata(file).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_folder::TestFolder;

    #[tokio::test]
    async fn changes_are_seen_and_told_apart() {
        let folder = TestFolder::new();
        folder.write("host.json", r#"{"version": "2.0", "customHandler": {"description": {"defaultExecutablePath": "app", "arguments": ["run", "script.py"]}}}"#);
        folder.write("app", "1");
        folder.write("script.py", "1");
        folder.write("Hello/function.json", "{}");
        let app = AppFolder::read(folder.path(), []).unwrap();
        let mut watch = FolderWatch::new(&app);
        for (file, change) in [
            ("app", FolderChange::Executable),
            ("script.py", FolderChange::Executable),
            ("host.json", FolderChange::Description),
            ("Hello/function.json", FolderChange::Description),
            ("New/function.json", FolderChange::Description),
        ] {
            folder.write("notes.txt", "of no interest");
            folder.write(file, "other");
            let changed = tokio::time::timeout(Duration::from_secs(10), watch.changed()).await;
            assert_eq!(changed, Ok(change), "{file}");
        }
        assert!(tokio::time::timeout(Duration::from_millis(1200), watch.changed()).await.is_err());
    }
}
