//! The files of a package: those of the app's folder, without those that `.funcignore` names or a deployed app never needs.

use crate::error::Error;
use ignore::WalkBuilder;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files and folders in the app's folder that never go in, whatever `.funcignore` says: sources, what is built of them, settings of this
/// machine and its secrets. `func` leaves the settings out as well.
const NEVER: [&str; 12] = [
    ".azure",
    ".cargo",
    ".funcignore",
    ".git",
    ".github",
    ".gitignore",
    ".vscode",
    "Cargo.lock",
    "Cargo.toml",
    "local.settings.json",
    "src",
    "target",
];

pub(super) const HOST_JSON: &str = "host.json";
pub(super) const FUNCTION_JSON: &str = "function.json";
/// The file that marks a folder as a package.
pub(super) const PACKAGE_MARK: &str = ".mcp-trigger-package";
pub(super) const FUNCIGNORE: &str = ".funcignore";

/// A file of a package.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct File {
    /// The name in the package, with forward slashes.
    pub(super) name: String,
    /// The file on this machine.
    pub(super) path: PathBuf,
}

/// The files of a package, sorted by name, without the executable.
///
/// host.json and the function.json of each function are always among them. `executable` is the name of the executable in the package: a
/// file of that name, of an earlier build, is not, and neither are earlier packages. `others` are files and folders that are left out as well:
/// the folder that cargo builds into, and the place of the package.
///
/// # Errors
///
/// If the folder or `.funcignore` cannot be read, or a name is not UTF-8.
pub(super) fn files(root: &Path, executable: &str, others: &[&Path]) -> Result<Vec<File>, Error> {
    let ignored = Arc::new(funcignore(root)?);
    let mut walk = WalkBuilder::new(root);
    // Only `.funcignore` decides: neither .gitignore nor a dot before a name.
    walk.standard_filters(false).follow_links(true);
    let folder = root.to_owned();
    let others: Vec<_> = others.iter().filter_map(|path| std::path::absolute(path).ok()).collect();
    walk.filter_entry(move |entry| {
        let path = entry.path();
        let Ok(name) = path.strip_prefix(&folder) else { return true };
        if name.as_os_str().is_empty() {
            return true;
        }
        let is_never = NEVER.iter().any(|never| name == Path::new(never)) || entry.file_name() == OsStr::new(".git");
        let is_left_out = others.iter().any(|other| path == other) || path.join(PACKAGE_MARK).is_file();
        let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
        !is_never && !is_left_out && (is_needed(path, &folder) || !ignored.matched(name, is_folder).is_ignore())
    });
    let mut files = Vec::new();
    for entry in walk.build() {
        let entry = entry.map_err(|error| {
            Error::new(format!("the files of {} cannot be packed", root.display()))
                .why(error)
                .next("mend or remove what is named")
        })?;
        if entry.file_type().is_none_or(|kind| !kind.is_file()) {
            continue;
        }
        let name = entry_name(entry.path(), root)?;
        if name != executable {
            files.push(File { name, path: entry.into_path() });
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// Whether a package cannot do without a file or folder: host.json, and each folder with a function.json.
fn is_needed(path: &Path, root: &Path) -> bool {
    match path.parent() {
        Some(parent) if parent == root => {
            path.file_name() == Some(OsStr::new(HOST_JSON)) || path.join(FUNCTION_JSON).is_file()
        }
        Some(parent) => parent.parent() == Some(root) && path.file_name() == Some(OsStr::new(FUNCTION_JSON)),
        None => false,
    }
}

fn funcignore(root: &Path) -> Result<Gitignore, Error> {
    let file = root.join(FUNCIGNORE);
    let mut builder = GitignoreBuilder::new(root);
    let failed = |error: ignore::Error| {
        Error::new(format!("cannot read {}", file.display())).why(error).next("it has the syntax of .gitignore")
    };
    if file.is_file()
        && let Some(error) = builder.add(&file)
    {
        return Err(failed(error));
    }
    builder.build().map_err(failed)
}

fn entry_name(path: &Path, root: &Path) -> Result<String, Error> {
    let parts = path.strip_prefix(root).unwrap_or(path).iter().map(OsStr::to_str);
    let parts: Option<Vec<_>> = parts.collect();
    let name = parts.map(|parts| parts.join("/"));
    name.ok_or_else(|| {
        Error::new(format!("the name of {} is not UTF-8", path.display()))
            .next(format!("rename it, or name it in {FUNCIGNORE}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn names(folder: &tempfile::TempDir) -> Vec<String> {
        let files = files(folder.path(), "handler", &[&folder.path().join("build")]).unwrap();
        files.into_iter().map(|file| file.name).collect()
    }

    const APP: [(&str, &str); 8] = [
        ("host.json", "{}"),
        ("local.settings.json", "{}"),
        ("Hello/function.json", "{}"),
        ("src/main.rs", ""),
        ("target/debug/app", ""),
        ("build/x", ""),
        (".git/config", ""),
        ("handler", "of an earlier build"),
    ];

    #[test]
    fn sources_settings_and_builds_stay_out_without_a_funcignore() {
        let folder =
            folder(&[&APP[..], &[("data/a.txt", ""), (".well-known/x", ""), (".gitignore", "data/\n")]].concat());
        assert_eq!(names(&folder), [".well-known/x", "Hello/function.json", "data/a.txt", "host.json"]);
    }

    #[test]
    fn funcignore_has_the_syntax_of_gitignore() {
        let lines = "# comment\n*.md\n!KEEP.md\n/data/*\n!/data/keep/\nnested/**/x\n!local.settings.json\n!src/\n";
        let more = [
            (".funcignore", lines),
            ("README.md", ""),
            ("KEEP.md", ""),
            ("docs/a.md", ""),
            ("data/a.txt", ""),
            ("data/keep/a.txt", ""),
            ("other/data/a.txt", ""),
            ("nested/a/b/x", ""),
            ("nested/y", ""),
        ];
        let folder = folder(&[&APP[..], &more].concat());
        let expected =
            ["Hello/function.json", "KEEP.md", "data/keep/a.txt", "host.json", "nested/y", "other/data/a.txt"];
        assert_eq!(names(&folder), expected);
    }

    #[test]
    fn what_a_package_needs_goes_in_all_the_same() {
        let folder = folder(
            &[&APP[..], &[(".funcignore", "*.json\nHello/\n"), ("Hello/notes.json", ""), ("x.json", "")]].concat(),
        );
        assert_eq!(names(&folder), ["Hello/function.json", "host.json"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_but_not_in_circles() {
        let folder = folder(&APP);
        let outside = self::folder(&[("a.txt", "1")]);
        std::os::unix::fs::symlink(outside.path(), folder.path().join("data")).unwrap();
        assert_eq!(names(&folder), ["Hello/function.json", "data/a.txt", "host.json"]);
        std::os::unix::fs::symlink(folder.path(), folder.path().join("Hello/up")).unwrap();
        let error = files(folder.path(), "handler", &[]).unwrap_err().to_string();
        assert!(error.contains("loop"), "{error}");
    }
}
