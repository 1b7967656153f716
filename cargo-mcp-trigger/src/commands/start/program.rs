//! [`Program`]: a copy of what cargo built, which runs. Cargo can overwrite what it built, and Windows lets no one write to a program
//! that runs, but lets it be renamed.

use crate::app::App;
use crate::error::Error;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The copy of an app's program.
pub(super) struct Program {
    path: PathBuf,
}

impl Program {
    /// The copy for an app, in the folder that cargo builds into.
    pub(super) fn of(app: &App) -> Self {
        let folder = app.target.join("mcp-trigger").join(&app.package);
        Program { path: folder.join(&app.bin).with_extension(std::env::consts::EXE_EXTENSION) }
    }

    /// The path of the copy.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts what was built in its place. `false` if it is there already.
    ///
    /// # Errors
    ///
    /// If the files cannot be read or written.
    pub(super) fn install(&self, built: &Path) -> Result<bool, Error> {
        self.replace_by(built).map_err(|error| {
            Error::new(format!("cannot copy {} to {}", built.display(), self.path.display()))
                .why(error)
                .next("look whether the disk is full, and whether the folder may be written")
        })
    }

    fn replace_by(&self, built: &Path) -> io::Result<bool> {
        if is_same(built, &self.path)? {
            return Ok(false);
        }
        let beside = |name: &str| self.path.with_file_name(name);
        fs::create_dir_all(beside(""))?;
        let new = beside("new");
        fs::copy(built, &new)?;
        if cfg!(windows) && self.path.exists() {
            // Those that run no more can be removed.
            let free = (0..).map(|number| beside(&format!("old-{number}"))).find(|old| match fs::remove_file(old) {
                Err(error) => error.kind() == ErrorKind::NotFound,
                Ok(()) => true,
            });
            free.map(|free| fs::rename(&self.path, free)).transpose()?;
        }
        fs::rename(new, &self.path)?;
        Ok(true)
    }
}

fn is_same(built: &Path, installed: &Path) -> io::Result<bool> {
    let length = |path| match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata.len())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    };
    Ok(length(built)? == length(installed)? && fs::read(built)? == fs::read(installed)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_replaced_only_by_something_else() {
        let folder = tempfile::tempdir().unwrap();
        let built = folder.path().join("built");
        let program = Program { path: folder.path().join("copy/app") };
        for (text, is_new) in [("one", true), ("one", false), ("two", true)] {
            fs::write(&built, text).unwrap();
            assert_eq!(program.install(&built).unwrap(), is_new, "{text}");
            assert_eq!(fs::read_to_string(program.path()).unwrap(), text);
        }
        fs::remove_file(&built).unwrap();
        assert!(program.install(&built).unwrap_err().to_string().contains("built"));
    }
}
