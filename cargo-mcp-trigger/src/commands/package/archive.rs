//! Writing a package: as a zip, or as a folder. The same files give the same bytes, on every system and at any time.

use super::contents::{File, PACKAGE_MARK};
use crate::error::Error;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipArchive, ZipWriter};

/// The mode of the executable. `func` and GitHub's action keep it, and so does Azure.
const EXECUTABLE: u32 = 0o755;
const PLAIN: u32 = 0o644;

/// How much time is spent on a small zip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    /// zlib: at once.
    Fast,
    /// Zopfli: 3 % smaller than the best of zlib, in a second for each MB.
    Best,
}

impl Effort {
    /// The level as the crate `zip` counts: what is above 9 is Zopfli, and how often it tries.
    fn level(self) -> i64 {
        match self {
            Effort::Fast => 6,
            Effort::Best => 10,
        }
    }
}

/// A file with its content.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    pub(super) is_executable: bool,
}

impl Entry {
    /// The Unix mode in the package.
    pub(super) fn mode(&self) -> u32 {
        if self.is_executable { EXECUTABLE } else { PLAIN }
    }
}

/// Reads the files, and adds the executable. Sorted by name.
///
/// # Errors
///
/// If a file cannot be read.
pub(super) fn entries(files: &[File], executable: Entry) -> Result<Vec<Entry>, Error> {
    let read = |file: &File| {
        let bytes = fs::read(&file.path)
            .map_err(|error| Error::new(format!("cannot read {}", file.path.display())).why(error))?;
        Ok(Entry { name: file.name.clone(), bytes, is_executable: false })
    };
    let mut entries: Vec<_> = files.iter().map(read).collect::<Result<_, Error>>()?;
    entries.push(executable);
    entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// The bytes of a zip, and the compressed size of each entry.
///
/// # Errors
///
/// If a name or a size does not fit a zip.
pub(super) fn zip(entries: &[Entry], effort: Effort) -> Result<(Vec<u8>, Vec<u64>), Error> {
    let zip = write(entries, effort).and_then(|bytes| {
        let mut archive = ZipArchive::new(Cursor::new(&bytes))?;
        let sizes = (0..archive.len()).map(|at| archive.by_index_raw(at).map(|file| file.compressed_size()));
        let sizes = sizes.collect::<Result<_, _>>()?;
        Ok((bytes, sizes))
    });
    zip.map_err(|error| Error::new("the zip cannot be made").why(error))
}

fn write(entries: &[Entry], effort: Effort) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for entry in entries {
        // The system decides whether readers look at the mode.
        let options = SimpleFileOptions::default()
            .system(System::Unix)
            .unix_permissions(entry.mode())
            .last_modified_time(DateTime::default())
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(effort.level()))
            .with_zopfli_buffer(None); // each file is one write
        zip.start_file(entry.name.as_str(), options)?;
        zip.write_all(&entry.bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Writes a file as a whole: who looks at it sees the old one or the new one.
///
/// # Errors
///
/// If the file system refuses.
pub(super) fn save(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}.tmp", std::process::id()));
    let folder = path.parent().map_or(Ok(()), fs::create_dir_all);
    let saved = folder.and_then(|()| fs::write(&draft, bytes)).and_then(|()| fs::rename(&draft, path));
    saved.map_err(|error| {
        let _ = fs::remove_file(&draft);
        Error::new(format!("cannot write {}", path.display())).why(error).next("choose another place with `--output`")
    })
}

/// Writes a package as a folder, with a mark. What an earlier package left there goes.
///
/// # Errors
///
/// If the folder has something else in it than an earlier package, or the file system refuses.
pub(super) fn unpack(folder: &Path, entries: &[Entry]) -> Result<(), Error> {
    let is_used = folder.read_dir().is_ok_and(|mut files| files.next().is_some());
    if is_used && !folder.join(PACKAGE_MARK).is_file() {
        return Err(Error::new(format!("the folder {} is not empty, and no package", folder.display()))
            .next("choose another with `--output`, or remove it"));
    }
    let failed = |path: &Path| {
        let path = path.display().to_string();
        move |error| Error::new(format!("cannot write {path}")).why(error).next("choose another place with `--output`")
    };
    if is_used {
        fs::remove_dir_all(folder).map_err(failed(folder))?;
    }
    fs::create_dir_all(folder).map_err(failed(folder))?;
    fs::write(folder.join(PACKAGE_MARK), "").map_err(failed(folder))?;
    for entry in entries {
        let path = folder.join(&entry.name);
        let parent = path.parent().map_or(Ok(()), fs::create_dir_all);
        parent
            .and_then(|()| fs::write(&path, &entry.bytes))
            .and_then(|()| set_mode(&path, entry.mode()))
            .map_err(failed(&path))?;
    }
    Ok(())
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> std::io::Result<()> {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Vec<Entry> {
        let entry =
            |name: &str, is_executable| Entry { name: name.to_owned(), bytes: name.repeat(500).into(), is_executable };
        vec![entry("bin/handler", true), entry("host.json", false)]
    }

    #[test]
    fn modes_are_those_of_unix_on_every_system() {
        let (bytes, sizes) = zip(&some(), Effort::Best).unwrap();
        let mut archive = ZipArchive::new(Cursor::new(&bytes)).unwrap();
        for (at, (name, mode)) in [("bin/handler", 0o100_755), ("host.json", 0o100_644)].into_iter().enumerate() {
            let file = archive.by_index(at).unwrap();
            assert_eq!((file.name(), file.unix_mode()), (name, Some(mode)));
            assert_eq!(file.compressed_size(), sizes[at]);
            assert_eq!(file.last_modified(), Some(DateTime::default()));
        }
        // "Version made by" of each entry in the central directory: 3 is Unix.
        let headers: Vec<_> =
            bytes.windows(6).filter(|bytes| bytes.starts_with(b"PK\x01\x02")).map(|bytes| bytes[5]).collect();
        assert_eq!(headers, [3, 3]);
    }

    #[test]
    fn the_same_files_give_the_same_bytes() {
        let zip = |effort| zip(&some(), effort).unwrap();
        assert_eq!(zip(Effort::Fast), zip(Effort::Fast));
        assert_eq!(zip(Effort::Best), zip(Effort::Best));
        assert!(zip(Effort::Best).0.len() < zip(Effort::Fast).0.len());
    }

    #[test]
    fn a_folder_is_emptied_only_if_it_is_a_package() {
        let folder = tempfile::tempdir().unwrap();
        let package = folder.path().join("dist");
        unpack(&package, &some()).unwrap();
        unpack(&package, &some()[1..]).unwrap();
        assert!(package.join("host.json").is_file() && !package.join("bin").exists());
        fs::write(folder.path().join("mine"), "").unwrap();
        let error = unpack(folder.path(), &some()).unwrap_err().to_string();
        assert!(error.contains("no package") && folder.path().join("mine").is_file(), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_has_the_modes() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        unpack(folder.path(), &some()).unwrap();
        let mode = |name: &str| folder.path().join(name).metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("bin/handler"), mode("host.json")), (0o755, 0o644));
    }
}
