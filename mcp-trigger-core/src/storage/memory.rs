//! [`Memory`]: blobs and messages in memory.

use super::{BlobPath, QueueName, Storage, StorageError};
use crate::lock::lock;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

/// Blobs and messages in memory, lost when the value is dropped. For tests: methods set and read the contents. Default: empty.
///
/// ```
/// use mcp_trigger_core::storage::Memory;
///
/// let memory = Memory::default();
/// memory.put_blob("snippets/hello.txt", "fn main() {}");
/// assert_eq!(memory.blob("snippets/hello.txt").unwrap(), "fn main() {}");
/// assert!(memory.messages("saved").is_empty());
/// ```
#[derive(Debug, Default)]
pub struct Memory(Mutex<Contents>);

#[derive(Debug, Default)]
struct Contents {
    blobs: BTreeMap<String, Bytes>,
    queues: BTreeMap<String, Vec<Bytes>>,
}

impl Memory {
    /// Sets the content of the blob at `container/name`.
    pub fn put_blob(&self, path: impl Into<String>, content: impl Into<Bytes>) {
        self.contents().blobs.insert(path.into(), content.into());
    }

    /// The content of the blob at `container/name`. `None` if the blob does not exist.
    pub fn blob(&self, path: &str) -> Option<Bytes> {
        self.contents().blobs.get(path).cloned()
    }

    /// The paths of all blobs, as `container/name`, sorted.
    pub fn blobs(&self) -> Vec<String> {
        self.contents().blobs.keys().cloned().collect()
    }

    /// The messages in a queue, oldest first. Empty if the queue does not exist.
    pub fn messages(&self, queue: &str) -> Vec<Bytes> {
        self.contents().queues.get(queue).cloned().unwrap_or_default()
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        lock(&self.0)
    }
}

#[async_trait::async_trait]
impl Storage for Memory {
    async fn read_blob(&self, path: &BlobPath) -> Result<Option<Bytes>, StorageError> {
        Ok(self.blob(&path.to_string()))
    }

    async fn write_blob(&self, path: &BlobPath, content: Bytes) -> Result<(), StorageError> {
        self.put_blob(path.to_string(), content);
        Ok(())
    }

    async fn delete_blob(&self, path: &BlobPath) -> Result<(), StorageError> {
        self.contents().blobs.remove(&path.to_string());
        Ok(())
    }

    async fn send_message(&self, queue: &QueueName, message: Bytes) -> Result<(), StorageError> {
        self.contents().queues.entry(queue.to_string()).or_default().push(message);
        Ok(())
    }
}
