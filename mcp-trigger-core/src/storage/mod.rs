//! Storages of blobs and queue messages, for functions with bindings and for tasks.
//!
//! | | |
//! |---|---|
//! | [`Folder`] | files on this machine |
//! | [`Memory`] | memory, for tests |
#![cfg_attr(feature = "azure-storage", doc = "| [`Azure`] | a storage account, or Azurite |")]
//!
//! An app may use its own [`Storage`] instead.

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

/// Holds blobs and accepts messages, for functions with blob and queue bindings, and for tasks.
#[async_trait::async_trait]
pub trait Storage: Send + Sync {
    /// Reads the content of a blob. `None` if the blob or its container does not exist.
    ///
    /// # Errors
    ///
    /// If the blob cannot be read.
    async fn read_blob(&self, path: &BlobPath) -> Result<Option<Bytes>, StorageError>;

    /// Writes a blob, or replaces its content. Makes the container if it is missing.
    ///
    /// # Errors
    ///
    /// If the blob cannot be written. The previous content then stays.
    async fn write_blob(&self, path: &BlobPath, content: Bytes) -> Result<(), StorageError>;

    /// Deletes a blob. Does nothing if the blob does not exist.
    ///
    /// # Errors
    ///
    /// If the blob cannot be deleted.
    async fn delete_blob(&self, path: &BlobPath) -> Result<(), StorageError>;

    /// Adds a message at the end of a queue. Makes the queue if it is missing.
    ///
    /// # Errors
    ///
    /// If the queue does not accept the message.
    async fn send_message(&self, queue: &QueueName, message: Bytes) -> Result<(), StorageError>;
}

/// The error of a [`Storage`]. The invocation fails, and the reason goes to the log, not to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageError(String);

impl StorageError {
    /// Makes an error with a reason, for the log.
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
