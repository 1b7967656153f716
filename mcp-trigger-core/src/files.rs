//! Files that others may have put there, such as those of an app's folder: read whole, and never waited for.
//!
//! The folder of an app may come from anywhere. A named pipe or a device in the place of a file would never end, and a file of
//! gigabytes would fill the memory.

use host_protocol::file_text;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

/// The greatest length of a text file, in bytes: 8 MiB.
pub const TEXT_LIMIT: u64 = 8 * 1024 * 1024;

/// A file cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", .path.display())]
pub struct FileError {
    /// The path of the file.
    pub path: PathBuf,
    /// The reason.
    pub source: io::Error,
}

/// Reads a text file, in UTF-8 or UTF-16 ([`file_text`]). `None` if there is no such file.
///
/// # Errors
///
/// If the path is not that of a regular file, the file is longer than [`TEXT_LIMIT`], it is not text, or the file system refuses.
pub fn read_text(path: &Path) -> Result<Option<String>, FileError> {
    let failed = |source| FileError { path: path.to_owned(), source };
    let Some(bytes) = read(path, TEXT_LIMIT).map_err(failed)? else { return Ok(None) };
    let text = file_text::decode(bytes).map_err(|error| failed(io::Error::new(ErrorKind::InvalidData, error)))?;
    Ok(Some(text))
}

/// Reads a file of at most `limit` bytes. `None` if there is no such file.
///
/// # Errors
///
/// If the path is not that of a regular file, the file is longer than `limit`, or the file system refuses.
pub fn read(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let file = match open(path) {
        Ok(file) => file,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    let length = check(&file.metadata()?)?;
    let too_long = || {
        let why = format!("it is longer than {} MiB, the most that is read of it", limit / 1024 / 1024);
        io::Error::new(ErrorKind::FileTooLarge, why)
    };
    if length > limit {
        return Err(too_long());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    // The file may grow meanwhile, and some of the operating system's own have no length.
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(too_long()) } else { Ok(Some(bytes)) }
}

/// Whether an error says that there is no file: nothing has the name, or a part of the path is not a folder.
pub fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory)
}

fn open(path: &Path) -> io::Result<File> {
    // Opening alone makes some devices act.
    check(&path.metadata()?)?;
    let mut options = File::options();
    options.read(true);
    // Opening a named pipe, which may have come meanwhile, waits for a writer otherwise.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    options.open(path)
}

/// The length of a regular file, in bytes.
fn check(metadata: &Metadata) -> io::Result<u64> {
    if metadata.is_file() {
        return Ok(metadata.len());
    }
    let what = if metadata.is_dir() { "a folder" } else { "a named pipe, a device or a socket" };
    Err(io::Error::new(ErrorKind::InvalidInput, format!("it is {what}, and has to be a regular file")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn the_limit_is_documented() {
        let Ok(page) = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/limits.md")) else { return };
        let row = format!("| {} MiB | the command ends", TEXT_LIMIT / 1024 / 1024);
        assert!(page.contains(&row), "{row}");
    }

    #[test]
    fn text_is_read_up_to_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        assert_eq!(read_text(&path).unwrap(), None);
        assert_eq!(read_text(&path.join("below")).unwrap(), None);
        fs::write(&path, [0xff, 0xfe, b'a', 0]).unwrap();
        assert_eq!(read_text(&path).unwrap().as_deref(), Some("a"));
        assert_eq!(read_text(&path.join("below")).unwrap(), None, "a file has nothing below");
        fs::write(&path, [0xff]).unwrap();
        let error = read_text(&path).unwrap_err().to_string();
        assert!(error.starts_with(&*path.to_string_lossy()) && error.contains("UTF-8"), "{error}");
        let file = File::create(&path).unwrap();
        file.set_len(TEXT_LIMIT).unwrap();
        assert_eq!(read_text(&path).unwrap().unwrap().len() as u64, TEXT_LIMIT);
        file.set_len(TEXT_LIMIT + 1).unwrap();
        let error = read_text(&path).unwrap_err().to_string();
        assert!(error.contains("longer than 8 MiB"), "{error}");
    }

    #[test]
    fn a_folder_is_not_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let error = read_text(folder.path()).unwrap_err().to_string();
        assert!(error.contains("it is a folder"), "{error}");
    }

    /// A plain read of any of them would not end, or not return at all.
    #[cfg(unix)]
    #[test]
    fn only_regular_files_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name| folder.path().join(name);
        let made = std::process::Command::new("mkfifo").arg(path("pipe")).status();
        assert!(made.unwrap().success());
        let _socket = std::os::unix::net::UnixListener::bind(path("socket")).unwrap();
        std::os::unix::fs::symlink("/dev/zero", path("zero")).unwrap();
        for name in ["pipe", "socket", "zero"] {
            let error = read_text(&path(name)).unwrap_err().to_string();
            assert!(error.contains("has to be a regular file"), "{error}");
        }
        // A link to a regular file is one.
        fs::write(path("file"), "text").unwrap();
        std::os::unix::fs::symlink("file", path("link")).unwrap();
        assert_eq!(read_text(&path("link")).unwrap().as_deref(), Some("text"));
    }

    /// The length of such a file is 0.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_hides_its_length_is_read_up_to_the_limit() {
        let path = Path::new("/proc/self/maps");
        assert!(read_text(path).unwrap().is_some_and(|text| !text.is_empty()));
        assert_eq!(read(path, 10).unwrap_err().kind(), ErrorKind::FileTooLarge);
    }
}
