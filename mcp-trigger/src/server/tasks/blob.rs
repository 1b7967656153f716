//! Tasks as blobs.

use super::store::{TaskStore, TaskStoreError};
use bytes::Bytes;
use mcp_trigger_core::storage::{BlobPath, Storage};
use std::time::Duration;

/// Tasks as blobs, for an app of any number of instances: in a storage account, with the feature `azure-storage`, or in a folder
/// that several processes share.
///
/// ```no_run
/// use mcp_trigger::storage::Folder;
/// use mcp_trigger::tasks::BlobTasks;
/// use mcp_trigger::{App, ExitCode, McpOptions};
///
/// fn main() -> ExitCode {
///     App::new().mcp(McpOptions::new().tasks(BlobTasks::new(Folder::new("/mnt/shared")))).run()
/// }
/// ```
///
/// They are in the container `mcp-trigger-tasks`. A task that has expired is removed by the instance that ran it. What an
/// instance leaves that has ended before, a [lifecycle rule] of the account removes: let it delete blobs below
/// `mcp-trigger-tasks/` a day after they were written.
///
/// [lifecycle rule]: https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-overview
pub struct BlobTasks<S> {
    storage: S,
    container: String,
}

impl<S: Storage> BlobTasks<S> {
    /// The tasks in a storage.
    pub fn new(storage: S) -> Self {
        BlobTasks { storage, container: "mcp-trigger-tasks".to_owned() }
    }

    /// The same in a container of another name, for apps that share an account but not their tasks.
    #[must_use]
    pub fn container(self, name: impl Into<String>) -> Self {
        BlobTasks { container: name.into(), ..self }
    }

    fn path(&self, key: &str) -> Result<BlobPath, TaskStoreError> {
        let path = format!("{}/{key}", self.container);
        BlobPath::parse(&path).map_err(|error| TaskStoreError::new(format!("{path}: {error}")))
    }
}

fn failed(error: impl ToString) -> TaskStoreError {
    TaskStoreError::new(error.to_string())
}

#[async_trait::async_trait]
impl<S: Storage> TaskStore for BlobTasks<S> {
    async fn read(&self, key: &str) -> Result<Option<Bytes>, TaskStoreError> {
        self.storage.read_blob(&self.path(key)?).await.map_err(failed)
    }

    async fn write(&self, key: &str, entry: Bytes, _: Duration) -> Result<(), TaskStoreError> {
        self.storage.write_blob(&self.path(key)?, entry).await.map_err(failed)
    }

    async fn remove(&self, key: &str) -> Result<(), TaskStoreError> {
        self.storage.delete_blob(&self.path(key)?).await.map_err(failed)
    }
}
