//! Where the blobs and queue messages of functions with bindings are, and the blobs of tasks.
//!
//! | | |
//! |---|---|
//! | [`Folder`] | files on this machine, to look at and to keep |
//! | [`Memory`] | nothing but memory, for tests |
#![cfg_attr(feature = "azure-storage", doc = "| [`Azure`] | a storage account, or Azurite |")]
//!
//! Any other [`Storage`] will do as well.

#[cfg(feature = "azure-storage")]
mod azure;
pub mod bindings;
mod connection;
mod file_name;
mod folder;
mod memory;

#[cfg(feature = "azure-storage")]
pub use azure::Azure;
#[cfg(not(feature = "azure-storage"))]
pub use connection::NO_CLIENT;
pub use connection::{Account, DEVELOPMENT, Storages};
pub use folder::Folder;
pub use host_protocol::binding::{BlobPath, QueueName};
pub use memory::Memory;

use bytes::Bytes;
use std::fmt;

/// Holds blobs and takes messages, for functions with blob and queue bindings, and for tasks.
#[async_trait::async_trait]
pub trait Storage: Send + Sync {
    /// The content of a blob; `None` if there is no such blob, or no such container.
    ///
    /// # Errors
    ///
    /// When that cannot be told.
    async fn read_blob(&self, path: &BlobPath) -> Result<Option<Bytes>, StorageError>;

    /// Writes a blob in the place of the one that is there. A container that is missing is made.
    ///
    /// # Errors
    ///
    /// When it cannot be written. It is then as it was.
    async fn write_blob(&self, path: &BlobPath, content: Bytes) -> Result<(), StorageError>;

    /// Deletes a blob, if it is there.
    ///
    /// # Errors
    ///
    /// When it cannot be deleted.
    async fn delete_blob(&self, path: &BlobPath) -> Result<(), StorageError>;

    /// Puts a message at the end of a queue. A queue that is missing is made.
    ///
    /// # Errors
    ///
    /// When the queue does not take it.
    async fn send_message(&self, queue: &QueueName, message: Bytes) -> Result<(), StorageError>;
}

/// Why a storage did not do what it should. The invocation fails, and the reason goes to the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageError(String);

impl StorageError {
    /// An error with its reason.
    pub fn new(reason: impl Into<String>) -> Self {
        StorageError(reason.into())
    }
}

impl fmt::Display for StorageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StorageError {}
