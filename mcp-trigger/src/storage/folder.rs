use super::file_name::file_name;
use super::{BlobPath, QueueName, Storage, StorageError};
use bytes::Bytes;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{fs, process};

/// Blobs and messages as files of a folder, which is made when something is written:
///
/// ```text
/// blobs/<container>/<name of the blob>      slashes in the name make folders
/// queues/<queue>/<time>-<number>.txt        one file per message, sorted by age
/// ```
///
/// A file may be put there, changed and deleted by hand. What a file system does not take in a name is percent-encoded. Two
/// things that the storage service can do are not there: names that differ in their case only, where the file system does not
/// tell them apart, and a blob `a` beside a blob `a/b`.
#[derive(Clone, Debug)]
pub struct Folder(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    root: PathBuf,
    /// Keeps the files apart that this process writes within one tick of the clock.
    written: AtomicU64,
}

impl Folder {
    /// The storage in a folder.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Folder(Arc::new(Inner { root: root.into(), written: AtomicU64::new(0) }))
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.0.root
    }

    fn blob(&self, path: &BlobPath) -> PathBuf {
        let container = self.0.root.join("blobs").join(file_name(path.container()));
        path.blob().split('/').fold(container, |folder, part| folder.join(file_name(part)))
    }

    /// A name that sorts by time and that nobody else takes.
    fn unique(&self) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let number = self.0.written.fetch_add(1, Ordering::Relaxed);
        format!("{:019}-{}-{number:06}", now.as_nanos(), process::id())
    }

    /// Writes a file so that nobody ever sees a part of it.
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
        let path = self.blob(path);
        blocking(move || match fs::read(&path) {
            Ok(content) => Ok(Some(content.into())),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(StorageError::new(format!("{} cannot be read: {error}", path.display()))),
        })
        .await
    }

    async fn write_blob(&self, path: &BlobPath, content: Bytes) -> Result<(), StorageError> {
        self.write(self.blob(path), content).await
    }

    async fn delete_blob(&self, path: &BlobPath) -> Result<(), StorageError> {
        let path = self.blob(path);
        blocking(move || match fs::remove_file(&path) {
            Err(error) if !is_absent(&error) => {
                Err(StorageError::new(format!("{} cannot be deleted: {}", path.display(), explain(&error))))
            }
            _ => Ok(()),
        })
        .await
    }

    async fn send_message(&self, queue: &QueueName, message: Bytes) -> Result<(), StorageError> {
        let queue = self.0.root.join("queues").join(file_name(queue.as_str()));
        self.write(queue.join(format!("{}.txt", self.unique())), message).await
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StorageError> + Send + 'static,
) -> Result<T, StorageError> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(StorageError::new(error.to_string())))
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

/// Whether there is no such file, or cannot be one.
fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory | ErrorKind::InvalidFilename
    )
}

fn explain(error: &io::Error) -> String {
    let advice = match error.kind() {
        ErrorKind::NotADirectory | ErrorKind::IsADirectory | ErrorKind::AlreadyExists => {
            "; a folder cannot hold a blob `a` and a blob `a/b`"
        }
        ErrorKind::InvalidFilename => "; the name is too long for a file",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => "; choose a folder that you may write to",
        _ => "",
    };
    format!("{error}{advice}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// A folder of its own for each test, gone afterwards.
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
    async fn a_blob_and_a_folder_cannot_share_a_name() {
        let scratch = Scratch::new("conflict");
        let Scratch(folder) = &scratch;
        folder.write_blob(&path("box/a/b"), Bytes::from_static(b"1")).await.unwrap();
        assert_eq!(folder.read_blob(&path("box/a")).await.unwrap(), None);
        assert_eq!(folder.read_blob(&path("box/a/b/c")).await.unwrap(), None);
        for taken in ["box/a", "box/a/b/c"] {
            let error = folder.write_blob(&path(taken), Bytes::new()).await.unwrap_err();
            assert!(error.to_string().contains("cannot be written"), "{error}");
        }
        assert_eq!(folder.read_blob(&path(&format!("box/{}", "x".repeat(1000)))).await.unwrap(), None);
        assert_eq!(scratch.files().len(), 1);
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

    /// Whatever the names hold: the file is in the folder, in the place of its container.
    #[tokio::test]
    async fn nothing_leads_out_of_the_folder() {
        let scratch = Scratch::new("escape");
        for blob in [
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
        ] {
            let path = path(&format!("box/{blob}"));
            scratch.0.write_blob(&path, Bytes::from_static(b"x")).await.unwrap();
            assert_eq!(scratch.0.read_blob(&path).await.unwrap().unwrap(), "x", "{blob}");
            let file = scratch.0.blob(&path);
            assert!(
                file.canonicalize().unwrap().starts_with(scratch.0.root().canonicalize().unwrap().join("blobs")),
                "{blob}"
            );
        }
        assert_eq!(scratch.files().len(), 12);
    }
}
