//! The executable that runs: the name it has, and the way to it.

use crate::app::Error;
use std::io;
use std::path::{Component, Path, PathBuf};

/// The executable that runs now.
#[derive(Debug)]
pub(crate) struct Executable {
    /// Its name, without the `.exe` of Windows: packages go to Linux mostly.
    pub(super) name: String,
    /// The way to it from the app's folder, with forward slashes; absolute if the two have nothing in common.
    pub(super) from_root: String,
}

impl Executable {
    /// The executable that runs now, seen from the app's folder.
    ///
    /// # Errors
    ///
    /// If the operating system does not tell.
    pub(super) fn current(root: &Path) -> Result<Self, Error> {
        let path = Executable::path()?;
        let root = resolve(root).map_err(|error| Error::File { path: root.display().to_string(), source: error })?;
        let name = path.file_stem().unwrap_or_default();
        let name = if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("exe")) {
            name
        } else {
            path.file_name().unwrap_or_default()
        };
        Ok(Executable { name: name.to_string_lossy().into_owned(), from_root: way(&root, &path) })
    }

    /// Where it lies.
    ///
    /// # Errors
    ///
    /// If the operating system does not tell.
    pub(crate) fn path() -> Result<PathBuf, Error> {
        let path = std::env::current_exe().and_then(|path| resolve(&path));
        path.map_err(|error| Error::File { path: "the path of this program".to_owned(), source: error })
    }
}

/// Symbolic links resolved, so that `..` means what it says. On Windows that gives paths that begin with `\\?\`, which the
/// Functions host need not know.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    if cfg!(windows) { std::path::absolute(path) } else { path.canonicalize() }
}

/// The way from a folder to a file, both absolute.
fn way(from: &Path, to: &Path) -> String {
    let common = from.components().zip(to.components()).take_while(|(a, b)| a == b);
    let names = common.clone().filter(|(part, _)| matches!(part, Component::Normal(_))).count();
    if names == 0 {
        // Another drive, or nothing but the root in common: an absolute path says it better.
        return to.to_string_lossy().replace('\\', "/");
    }
    let common = common.count();
    let up = from.components().skip(common).map(|_| "..".to_owned());
    let down = to.components().skip(common).map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_way_is_relative_where_it_can_be() {
        let way = |from, to| way(Path::new(from), Path::new(to));
        assert_eq!(way("/home/me/ws/samples/hello", "/home/me/ws/target/debug/hello"), "../../target/debug/hello");
        assert_eq!(way("/home/me/app", "/home/me/app/target/debug/app"), "target/debug/app");
        assert_eq!(way("/home/me/app", "/var/cache/target/debug/app"), "/var/cache/target/debug/app");
    }

    #[test]
    fn the_running_program_is_found() {
        let executable = Executable::current(&std::env::temp_dir()).unwrap();
        assert!(executable.name.starts_with("mcp_trigger"), "{executable:?}");
        assert!(executable.from_root.ends_with(&executable.name), "{executable:?}");
    }
}
