//! The folder of the app: where host.json lies.

use crate::app::Error;
use std::fmt;
use std::path::{Path, PathBuf};

/// The folder of the app.
#[derive(Debug)]
pub(crate) struct Root {
    path: PathBuf,
    /// As messages show it, from the current folder; empty if it is that.
    shown: String,
}

impl Root {
    /// The folder that the command line gives, else the one of the package that `cargo run` runs, else the current one. So
    /// `cargo run -p hello -- generate` writes to the package from everywhere in the workspace.
    ///
    /// # Errors
    ///
    /// If nothing says that the folder is an app's.
    pub(crate) fn find(given: Option<&Path>) -> Result<Self, Error> {
        let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let current = std::env::current_dir().map_err(|error| Error::File { path: ".".to_owned(), source: error })?;
        Root::choose(given, package.as_deref(), &current).map_err(Error::Environment)
    }

    fn choose(given: Option<&Path>, package: Option<&Path>, current: &Path) -> Result<Self, String> {
        let path = given.or(package).map_or_else(|| current.to_owned(), |path| current.join(path));
        let shown = path.strip_prefix(current).unwrap_or(&path).display().to_string().replace('\\', "/");
        let root = Root { path, shown };
        if !root.path.is_dir() {
            return Err(format!("there is no folder {root}; create it, or give another with --root"));
        }
        // A command in the wrong folder should not fill it with files.
        let is_app = ["host.json", "Cargo.toml"].iter().any(|file| root.path.join(file).exists());
        if given.is_none() && !is_app {
            return Err(format!(
                "{root} has neither a host.json nor a Cargo.toml, so it may be no app's folder; \
                 change to the app's folder, or give it with --root"
            ));
        }
        Ok(root)
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it is the package that `cargo run` runs.
    pub(super) fn is_package(&self) -> bool {
        let package =
            std::env::var_os("CARGO_MANIFEST_DIR").and_then(|package| Path::new(&package).canonicalize().ok());
        package.is_some() && package == self.path.canonicalize().ok()
    }

    /// A file in it, as messages show it.
    pub(crate) fn show(&self, file: &str) -> String {
        if self.shown.is_empty() { file.to_owned() } else { format!("{}/{file}", self.shown) }
    }
}

impl fmt::Display for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.shown.is_empty() { f.write_str("this folder") } else { f.write_str(&self.shown) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::TestFolder;

    #[test]
    fn the_package_that_cargo_runs_wins_over_the_current_folder() {
        let folder = TestFolder::new();
        folder.write("samples/hello/Cargo.toml", "");
        let package = folder.path().join("samples/hello");
        let root = Root::choose(None, Some(&package), folder.path()).unwrap();
        assert_eq!((root.path(), root.show("host.json").as_str()), (package.as_path(), "samples/hello/host.json"));
        let root = Root::choose(Some(Path::new("samples")), Some(&package), folder.path()).unwrap();
        assert_eq!(root.path(), folder.path().join("samples"), "and --root over both");
    }

    #[test]
    fn a_folder_that_is_no_app_is_refused_unless_it_was_meant() {
        let folder = TestFolder::new();
        let message = Root::choose(None, None, folder.path()).unwrap_err();
        assert!(message.contains("this folder has neither") && message.contains("--root"), "{message}");
        assert!(Root::choose(Some(folder.path()), None, folder.path()).is_ok());
        let message = Root::choose(Some(Path::new("typo")), None, folder.path()).unwrap_err();
        assert!(message.contains("no folder typo"), "{message}");
        folder.write("host.json", "{}");
        assert_eq!(Root::choose(None, None, folder.path()).unwrap().show("host.json"), "host.json");
    }
}
