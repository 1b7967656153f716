//! [`Folder`]: blobs and messages as files.

use super::file_name::{CaseSensitivity, blob_file, folder_name, unmarked_blob_file};
use super::{BlobPath, QueueName, Storage, StorageError};
use crate::{files, task};
use bytes::Bytes;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{fs, process};

/// The longest blob that is read, in bytes: 100 MiB, as much as the Functions host takes in an invocation.
const BLOB_LIMIT: u64 = 100 * 1024 * 1024;

/// Blobs and messages as files in a folder. The folder is made by the first write:
///
/// ```text
/// blobs/<container>/<name of the blob>      slashes in the name make folders
/// queues/<queue>/<time>-<number>.txt        one file per message, sorted by age
/// ```
///
/// Files may be added, changed and deleted by hand. Each blob has its own file:
///
/// * Characters that a file system refuses are percent-encoded. On Windows and macOS, whose file systems are case-insensitive,
///   capitals and characters beyond ASCII are percent-encoded too.
/// * The name of a file without a dot, and that of a folder with a dot, end in `%`, so that blobs `a` and `a/b` can both exist.
/// * Very long names end in a hash.
#[derive(Clone, Debug)]
pub struct Folder(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    root: PathBuf,
    /// The number of files written, which distinguishes files of one tick of the clock.
    written: AtomicU64,
}

impl Folder {
    /// Makes a storage in a folder. The folder need not exist.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Folder(Arc::new(Inner { root: root.into(), written: AtomicU64::new(0) }))
    }

    /// The path of the folder.
    pub fn root(&self) -> &Path {
        &self.0.root
    }

    /// Checks that blobs and messages can be written. Leaves no file behind.
    ///
    /// # Errors
    ///
    /// If a file is in the way, or the file system refuses.
    pub fn check(&self) -> io::Result<()> {
        let unique = format!(".{}", self.unique());
        ["blobs", "queues", "tmp"].iter().try_for_each(|part| {
            let folder = self.0.root.join(part);
            // A missing folder would be made in its nearest ancestor that exists.
            let made_in = folder.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("."));
            let made_in = if made_in.as_os_str().is_empty() { Path::new(".") } else { made_in };
            let file = made_in.join(&unique);
            fs::write(&file, "").and_then(|()| fs::remove_file(&file))
        })
    }

    fn blob(&self, path: &BlobPath) -> PathBuf {
        self.container(path).join(blob_file(path.blob(), CaseSensitivity::HERE))
    }

    /// A file of the same blob that was put there by hand. The file of `blob` takes precedence.
    fn unmarked_blob(&self, path: &BlobPath) -> PathBuf {
        self.container(path).join(unmarked_blob_file(path.blob(), CaseSensitivity::HERE))
    }

    fn container(&self, path: &BlobPath) -> PathBuf {
        self.0.root.join("blobs").join(folder_name(path.container()))
    }

    /// A unique name that sorts by time.
    fn unique(&self) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let number = self.0.written.fetch_add(1, Ordering::Relaxed);
        format!("{:019}-{}-{number:06}", now.as_nanos(), process::id())
    }

    /// Writes a file in one step: no reader ever sees a part of it.
    async fn write(&self, path: PathBuf, content: Bytes) -> Result<(), StorageError> {
        let (temporary, unique) = (self.0.root.join("tmp"), self.unique());
        blocking(move || {
            let written = write(&temporary, &unique, &path, &content);
            written.map_err(|error| {
                StorageError::new(format!("{} cannot be written: {}", path.display(), explain(&error)))
            })
        })
        .await
    }
}

#[async_trait::async_trait]
impl Storage for Folder {
    async fn read_blob(&self, path: &BlobPath) -> Result<Option<Bytes>, StorageError> {
        let files = [self.blob(path), self.unmarked_blob(path)];
        blocking(move || match read(&files) {
            Ok(content) => Ok(content.map(Bytes::from)),
            Err((file, error)) => Err(StorageError::new(format!("{} cannot be read: {error}", file.display()))),
        })
        .await
    }

    async fn write_blob(&self, path: &BlobPath, content: Bytes) -> Result<(), StorageError> {
        self.write(self.blob(path), content).await
    }

    async fn delete_blob(&self, path: &BlobPath) -> Result<(), StorageError> {
        let files = [self.blob(path), self.unmarked_blob(path)];
        blocking(move || {
            files.iter().filter(|file| file.is_file()).try_for_each(|file| match fs::remove_file(file) {
                Err(error) if !is_absent(&error) => {
                    Err(StorageError::new(format!("{} cannot be deleted: {}", file.display(), explain(&error))))
                }
                _ => Ok(()),
            })
        })
        .await
    }

    async fn send_message(&self, queue: &QueueName, message: Bytes) -> Result<(), StorageError> {
        let queue = self.0.root.join("queues").join(folder_name(queue.as_str()));
        self.write(queue.join(format!("{}.txt", self.unique())), message).await
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StorageError> + Send + 'static,
) -> Result<T, StorageError> {
    task::blocking(work).await.unwrap_or_else(|error| Err(StorageError::new(error.to_string())))
}

/// Reads the first of several files that exists. `None` if no file exists.
fn read(files: &[PathBuf]) -> Result<Option<Vec<u8>>, (&Path, io::Error)> {
    for file in files.iter().filter(|file| file.is_file()) {
        match files::read(file, BLOB_LIMIT) {
            Ok(None) => {}
            Ok(content) => return Ok(content),
            Err(error) => return Err((file, error)),
        }
    }
    Ok(None)
}

fn write(temporary: &Path, unique: &str, path: &Path, content: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::create_dir_all(temporary)?;
    let new = temporary.join(unique);
    let moved = fs::write(&new, content).and_then(|()| fs::rename(&new, path));
    moved.inspect_err(|_| {
        let _ = fs::remove_file(&new);
    })
}

/// Whether an error says that a file does not exist, or cannot exist.
fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory | ErrorKind::InvalidFilename
    )
}

fn explain(error: &io::Error) -> String {
    let advice = match error.kind() {
        ErrorKind::NotADirectory | ErrorKind::IsADirectory | ErrorKind::AlreadyExists => {
            "; a file or a folder that this storage did not make is in the way: a file without a dot in its name ends in `%`, \
             a folder with one does too"
        }
        ErrorKind::InvalidFilename => "; the path of the storage is too long",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => "; choose a folder that you may write to",
        _ => "",
    };
    format!("{error}{advice}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The folder of one test, which is deleted at the end.
    struct Scratch(Folder);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("mcp-trigger-{name}-{}", process::id()));
            let _ = fs::remove_dir_all(&path);
            Scratch(Folder::new(path))
        }

        /// All files, by their path in the folder.
        fn files(&self) -> BTreeSet<String> {
            let (mut files, mut folders) = (BTreeSet::new(), vec![self.0.root().to_owned()]);
            while let Some(folder) = folders.pop() {
                for entry in fs::read_dir(folder).unwrap() {
                    let path = entry.unwrap().path();
                    if path.is_dir() {
                        folders.push(path);
                    } else {
                        files.insert(path.strip_prefix(self.0.root()).unwrap().to_string_lossy().replace('\\', "/"));
                    }
                }
            }
            files
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(self.0.root());
        }
    }

    fn path(path: &str) -> BlobPath {
        BlobPath::parse(path).unwrap()
    }

    #[tokio::test]
    async fn blobs_are_files() {
        let scratch = Scratch::new("blobs");
        let Scratch(folder) = &scratch;
        let nested = path("snippets/a/b c%?.json");
        assert_eq!(folder.read_blob(&nested).await.unwrap(), None);
        for content in [&b"first"[..], b"\0\xff", b""] {
            folder.write_blob(&nested, Bytes::from_static(content)).await.unwrap();
            assert_eq!(folder.read_blob(&nested).await.unwrap().unwrap(), content);
        }
        assert_eq!(scratch.files(), BTreeSet::from(["blobs/snippets/a/b c%25%3F.json".to_owned()]));
        for _ in 0..2 {
            folder.delete_blob(&nested).await.unwrap();
            assert_eq!(folder.read_blob(&nested).await.unwrap(), None);
        }
    }

    #[tokio::test]
    async fn blobs_below_each_other_have_a_place_each() {
        let scratch = Scratch::new("below");
        let Scratch(folder) = &scratch;
        let names = ["box/a", "box/a/b", "box/a/b/c", "box/a.b", "box/a.b/c", "box/a%", "box/a.b%", "box//a", "box/A"];
        for name in names {
            folder.write_blob(&path(name), Bytes::from(name)).await.unwrap();
        }
        for name in names {
            assert_eq!(folder.read_blob(&path(name)).await.unwrap().unwrap(), name);
        }
        assert_eq!(scratch.files().len(), names.len(), "{:?}", scratch.files());
        for (deleted, name) in names.iter().enumerate() {
            folder.delete_blob(&path(name)).await.unwrap();
            assert_eq!(scratch.files().len(), names.len() - deleted - 1);
        }
        assert_eq!(folder.read_blob(&path(&format!("box/{}", "x".repeat(1000)))).await.unwrap(), None);
    }

    #[tokio::test]
    async fn files_that_were_put_there_are_blobs() {
        let scratch = Scratch::new("by-hand");
        let Scratch(folder) = &scratch;
        let readme = path("box/v1.0/readme");
        let put = folder.root().join("blobs/box/v1.0/readme");
        fs::create_dir_all(put.parent().unwrap()).unwrap();
        fs::write(&put, "by hand").unwrap();
        assert_eq!(folder.read_blob(&path("box/v1.0")).await.unwrap(), None, "a folder is no blob");
        assert_eq!(folder.read_blob(&readme).await.unwrap().unwrap(), "by hand");
        folder.write_blob(&readme, Bytes::from_static(b"written")).await.unwrap();
        assert_eq!(folder.read_blob(&readme).await.unwrap().unwrap(), "written");
        folder.delete_blob(&readme).await.unwrap();
        assert_eq!(folder.read_blob(&readme).await.unwrap(), None);
        fs::write(folder.root().join("blobs/box/x"), "in the way").unwrap();
        let error = folder.write_blob(&path("box/x/y.txt"), Bytes::new()).await.unwrap_err().to_string();
        assert!(error.contains("in the way"), "{error}");
    }

    #[tokio::test]
    async fn messages_sort_by_age() {
        let scratch = Scratch::new("queues");
        let queue = QueueName::parse("saved").unwrap();
        for number in 0..20u8 {
            scratch.0.send_message(&queue, Bytes::from(vec![number])).await.unwrap();
        }
        let files = scratch.files();
        let read = |file: &String| fs::read(scratch.0.root().join(file)).unwrap();
        assert_eq!(files.iter().map(read).collect::<Vec<_>>(), (0..20).map(|number| vec![number]).collect::<Vec<_>>());
        assert!(files.iter().all(|file| file.starts_with("queues/saved/") && file.ends_with(".txt")), "{files:?}");
    }

    /// With any text as a blob's name, the file is in the folder of its container.
    #[tokio::test]
    async fn nothing_leads_out_of_the_folder() {
        let scratch = Scratch::new("escape");
        let names = [
            "/etc/x",
            "C:/x",
            "//server/x",
            "a//b",
            "%2e%2e/x",
            "..%2fx",
            "nul",
            "aux.txt/x",
            "...a",
            "a:b",
            ".. /x",
            "~/x",
            "..\\x",
            "..\\..\\..\\x",
            "\0",
            "a\nb",
            "\u{1b}[2J",
            "\\\\?\\C:\\x",
        ];
        for blob in names {
            let path = path(&format!("box/{blob}"));
            scratch.0.write_blob(&path, Bytes::from(blob)).await.unwrap();
            let file = scratch.0.blob(&path);
            assert!(
                file.canonicalize().unwrap().starts_with(scratch.0.root().canonicalize().unwrap().join("blobs/box")),
                "{blob}"
            );
        }
        for blob in names {
            assert_eq!(scratch.0.read_blob(&path(&format!("box/{blob}"))).await.unwrap().unwrap(), blob);
        }
        assert_eq!(scratch.files().len(), names.len());
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(32))]

        /// Any set of blobs is stored, each as itself.
        #[test]
        fn any_blobs_are_stored_beside_each_other(
            names in proptest::collection::btree_set("([aA.%\\\\\\x00 é]{1,3}/){0,2}[aA%é]{1,2}|.{1,40}[a-z]|[a/]{600}b", 1..8),
        ) {
            let scratch = Scratch::new("any");
            let paths: BTreeSet<_> = names.iter().filter_map(|name| BlobPath::parse(&format!("box/{name}")).ok()).collect();
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                for path in &paths {
                    scratch.0.write_blob(path, Bytes::from(path.to_string())).await.unwrap();
                }
                for path in &paths {
                    assert_eq!(scratch.0.read_blob(path).await.unwrap().unwrap(), path.to_string());
                }
            });
            if !paths.is_empty() {
                assert_eq!(scratch.files().len(), paths.len());
            }
        }
    }
}
