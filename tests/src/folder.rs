//! Folders for tests, deleted when they are done.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own in the system's folder for such.
#[derive(Debug)]
pub struct TempFolder(PathBuf);

impl TempFolder {
    /// A new one.
    ///
    /// # Panics
    ///
    /// When it cannot be made.
    #[allow(clippy::new_without_default, reason = "it does something")]
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("mcp-trigger-tests-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().canonicalize().expect("a folder for temporary files").join(name);
        fs::create_dir(&path).expect("a new folder");
        TempFolder(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file, with the folders that it is in.
    ///
    /// # Panics
    ///
    /// When that fails.
    pub fn write(&self, file: &str, text: &str) {
        let path = self.0.join(file);
        fs::create_dir_all(path.parent().expect("a file in the folder")).expect("folders");
        fs::write(path, text).expect("a file");
    }

    /// Writes a script that the system executes.
    ///
    /// # Panics
    ///
    /// When that fails.
    #[cfg(unix)]
    pub fn write_script(&self, file: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        self.write(file, text);
        fs::set_permissions(self.0.join(file), fs::Permissions::from_mode(0o755)).expect("an executable file");
    }

    /// Copies the function.json files of a folder.
    ///
    /// # Panics
    ///
    /// When that fails.
    pub fn copy_functions(&self, app: &Path) {
        for folder in fs::read_dir(app).expect("an app").flatten() {
            if let Ok(text) = fs::read_to_string(folder.path().join("function.json")) {
                self.write(&format!("{}/function.json", folder.file_name().to_string_lossy()), &text);
            }
        }
    }
}

impl Drop for TempFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
