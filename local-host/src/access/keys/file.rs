//! The file of keys.

use super::{Keys, random};
use mcp_trigger_core::files;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

impl Keys {
    /// The keys of a file. A missing file is made, with new keys; on Unix only its owner may read the file.
    ///
    /// The file is JSON with the members `master`, `default` and `mcp_extension`, and an object `functions` with the
    /// keys of functions by name.
    ///
    /// # Errors
    ///
    /// If the file can neither be read nor made, or has other contents. The message shows none of the contents.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        match files::read_text(path).map_err(|error| error.source)? {
            Some(text) => {
                warn_of_readers(path);
                read(&text)
            }
            None => create(path),
        }
    }

    /// The keys of a file, as [`open`](Keys::open) gives them, with a key for each of these functions. New keys are
    /// added to the file.
    ///
    /// # Errors
    ///
    /// If [`open`](Keys::open) fails, or the file cannot be written.
    pub fn open_for<'a>(
        path: impl AsRef<Path>,
        functions: impl IntoIterator<Item = &'a str> + Clone,
    ) -> io::Result<Self> {
        let path = path.as_ref();
        let keys = Keys::open(path)?;
        if functions.clone().into_iter().all(|name| keys.function(name).is_some()) {
            return Ok(keys);
        }
        let _turn = FileLock::take(path)?;
        let mut keys = read_again(path)?;
        if keys.add_functions(functions)? {
            let temporary = write_temporary(path, &keys)?;
            fs::rename(&temporary.0, path)?;
        }
        Ok(keys)
    }
}

/// A lock of the file: of two processes that add keys at once, one would lose its keys.
struct FileLock(PathBuf);

impl FileLock {
    const PATIENCE: Duration = Duration::from_secs(3);

    fn take(path: &Path) -> io::Result<Self> {
        let lock = with_suffix(path, "lock");
        let started = Instant::now();
        loop {
            match private_file(&lock) {
                Ok(_) => return Ok(FileLock(lock)),
                Err(error) if is_taken(&error) && started.elapsed() < FileLock::PATIENCE => {
                    std::thread::sleep(Duration::from_millis(10));
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                    let lock = lock.display();
                    return Err(io::Error::new(
                        error.kind(),
                        format!(
                            "{lock} is there: somebody else adds keys, or was stopped at it; if nobody does, delete it"
                        ),
                    ));
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// Whether another process holds the lock. On Windows a file that is just being removed cannot be made anew.
fn is_taken(error: &io::Error) -> bool {
    error.kind() == ErrorKind::AlreadyExists || cfg!(windows) && error.kind() == ErrorKind::PermissionDenied
}

impl Drop for FileLock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// The members of the file. Others are ignored.
#[derive(Deserialize)]
struct KeyFile {
    master: String,
    default: String,
    mcp_extension: String,
    #[serde(default)]
    functions: BTreeMap<String, String>,
}

fn read(text: &str) -> io::Result<Keys> {
    let invalid = |what: String| {
        let advice =
            "a file of keys has the members `master`, `default` and `mcp_extension`; delete it to get a new one";
        io::Error::new(ErrorKind::InvalidData, format!("{what}: {advice}"))
    };
    // The error's own words may quote the file, and with it a key.
    let KeyFile { master, default, mcp_extension, functions } = serde_json::from_str(text)
        .map_err(|error| invalid(format!("not as it should be at line {}, column {}", error.line(), error.column())))?;
    let keys = Keys { functions, ..Keys::new(master, default, mcp_extension) };
    match keys.named().iter().find(|(_, key)| key.trim().is_empty()) {
        Some((name, _)) => Err(invalid(format!("the key `{name}` is empty"))),
        None => Ok(keys),
    }
}

/// The keys of a file that was there a moment ago.
fn read_again(path: &Path) -> io::Result<Keys> {
    let text = files::read_text(path).map_err(|error| error.source)?;
    read(&text.ok_or(ErrorKind::NotFound)?)
}

/// Makes the file with all its contents at once. A process that starts at the same time reads these keys, or makes the
/// file first, and its keys are read here.
fn create(path: &Path) -> io::Result<Keys> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.map_or(Ok(()), fs::create_dir_all)?;
    let keys = Keys::generate()?;
    let temporary = write_temporary(path, &keys)?;
    match fs::hard_link(&temporary.0, path) {
        Ok(()) => Ok(keys),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => read_again(path),
        // Some file systems have no links.
        Err(_) => fs::rename(&temporary.0, path).map(|()| keys),
    }
}

/// A temporary file of keys beside the final one.
fn write_temporary(path: &Path, keys: &Keys) -> io::Result<TemporaryFile> {
    let temporary = TemporaryFile(with_suffix(path, &random()?));
    let mut file = private_file(&temporary.0)?;
    file.write_all(keys.to_json().as_bytes())?;
    file.sync_all()?;
    Ok(temporary)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{suffix}"));
    path.with_file_name(name)
}

/// Removes the file when it is dropped. A file that was renamed is not there any more.
struct TemporaryFile(PathBuf);

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// A new file that is private from the first moment.
fn private_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(unix)]
fn warn_of_readers(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    if fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0) {
        let path = path.display();
        tracing::warn!(
            "{path} holds keys, and others than its owner may read or write it; `chmod 600 {path}` mends that"
        );
    }
}

/// On other systems a file has the access rules of its folder.
#[cfg(not(unix))]
fn warn_of_readers(_: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_folder::TestFolder;

    #[test]
    fn keys_are_made_once_and_kept() {
        let folder = TestFolder::new();
        let path = folder.path().join("new/keys.json");
        let keys = Keys::open(&path).unwrap();
        assert_eq!(Keys::open(&path).unwrap().named(), keys.named());
        let files = fs::read_dir(folder.path().join("new")).unwrap().count();
        assert_eq!(files, 1, "nothing but the file is left");
    }

    #[test]
    fn all_who_start_at_once_have_the_same_keys() {
        let folder = TestFolder::new();
        let path = folder.path().join("keys.json");
        let masters: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> =
                (0..16).map(|_| scope.spawn(|| Keys::open(&path).unwrap().master().to_owned())).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert!(masters.iter().all(|master| *master == masters[0]));
    }

    #[test]
    fn a_function_gets_its_key_once_also_in_an_older_file() {
        let folder = TestFolder::new();
        let path = folder.path().join("keys.json");
        folder.write("keys.json", r#"{"master": "m", "default": "h", "mcp_extension": "s"}"#);
        let keys = Keys::open_for(&path, ["Http"]).unwrap();
        let key = keys.function("Http").unwrap().to_owned();
        assert_eq!((key.len(), keys.master()), (43, "m"));
        let keys = Keys::open_for(&path, ["Http", "Other"]).unwrap();
        assert_eq!(keys.function("Http"), Some(&*key));
        assert_eq!(Keys::open(&path).unwrap().named(), keys.named(), "a function that is gone keeps its key");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing but the file is left");
    }

    #[test]
    fn all_who_add_functions_at_once_keep_each_others() {
        let folder = TestFolder::new();
        let path = folder.path().join("keys.json");
        let names: Vec<String> = (0..12).map(|number| format!("F{}", number / 2)).collect();
        let keys: Vec<Keys> = std::thread::scope(|scope| {
            let starts: Vec<_> =
                names.iter().map(|name| scope.spawn(|| Keys::open_for(&path, [name.as_str()]).unwrap())).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        let kept = Keys::open(&path).unwrap();
        for (name, keys) in names.iter().zip(keys) {
            assert_eq!(keys.function(name), kept.function(name), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_the_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = TestFolder::new();
        let path = folder.path().join("keys.json");
        Keys::open_for(&path, ["Http"]).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_file_of_other_things_is_refused_and_not_quoted() {
        let folder = TestFolder::new();
        let path = folder.path().join("keys.json");
        let texts = [
            r#""s3cret""#,
            r#"{"master": "s3cret"}"#,
            r#"{"master": ["s3cret"]}"#,
            r#"{"master": "s3cret", "default": "s3cret", "mcp_extension": ""}"#,
            r#"{"master": "s3cret", "default": "s3cret", "mcp_extension": "s3cret", "functions": {"F": ""}}"#,
            "s3cret",
            "",
        ];
        for text in texts {
            folder.write("keys.json", text);
            let error = Keys::open(&path).unwrap_err();
            assert!(error.to_string().contains("delete it"), "{error}");
            assert!(!format!("{error:?}").contains("s3cret"), "{error:?}");
            assert_eq!(fs::read_to_string(&path).unwrap(), text, "it is left as it is");
        }
    }
}
