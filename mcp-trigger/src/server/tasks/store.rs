//! Where tasks are kept: the trait of a store, and the store in memory.

use bytes::Bytes;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Where tasks are kept: entries of a few bytes or kilobytes, by keys such as `8c6f…/state`, made of `A-Z a-z 0-9 _ - /`.
///
/// No entry is written by two instances at once, so a store needs no locks and no conditions: the instance that runs a task
/// writes its state, the others only what a client tells the task. A key-value store of any kind will do.
///
/// ```
/// use mcp_trigger::tasks::{TaskStore, TaskStoreError};
/// use mcp_trigger::{Bytes, async_trait};
/// use std::time::Duration;
/// # struct Redis;
/// # impl Redis {
/// #     async fn get(&self, _: &str) -> Result<Option<Bytes>, String> { Ok(None) }
/// #     async fn set(&self, _: &str, _: Bytes, _: Duration) -> Result<(), String> { Ok(()) }
/// #     async fn del(&self, _: &str) -> Result<(), String> { Ok(()) }
/// # }
///
/// struct RedisTasks(Redis);
///
/// #[async_trait]
/// impl TaskStore for RedisTasks {
///     async fn read(&self, key: &str) -> Result<Option<Bytes>, TaskStoreError> {
///         self.0.get(key).await.map_err(TaskStoreError::new)
///     }
///
///     async fn write(&self, key: &str, entry: Bytes, lifetime: Duration) -> Result<(), TaskStoreError> {
///         self.0.set(key, entry, lifetime).await.map_err(TaskStoreError::new)
///     }
///
///     async fn remove(&self, key: &str) -> Result<(), TaskStoreError> {
///         self.0.del(key).await.map_err(TaskStoreError::new)
///     }
/// }
/// ```
#[async_trait::async_trait]
pub trait TaskStore: Send + Sync {
    /// The entry of a key; `None` if there is none.
    ///
    /// # Errors
    ///
    /// When that cannot be told.
    async fn read(&self, key: &str) -> Result<Option<Bytes>, TaskStoreError>;

    /// Writes an entry in the place of the one that is there. Nobody wants it any more after `lifetime`: a store that can let
    /// go of entries by itself should do so then. What a finished task leaves is removed by the instance that ran it, but not
    /// if that one has ended before.
    ///
    /// # Errors
    ///
    /// When it cannot be written. It is then as it was.
    async fn write(&self, key: &str, entry: Bytes, lifetime: Duration) -> Result<(), TaskStoreError>;

    /// Removes an entry, if it is there.
    ///
    /// # Errors
    ///
    /// When it cannot be removed.
    async fn remove(&self, key: &str) -> Result<(), TaskStoreError>;

    /// Whether other instances read and write here too. If so, the instance that runs a task looks every two seconds for what
    /// came in elsewhere, and says every 20 seconds that it is still there; a task of which nothing was heard for a minute
    /// counts as failed. The clocks of the instances may be half a minute apart.
    fn is_shared(&self) -> bool {
        true
    }
}

/// Why a store did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskStoreError(String);

impl TaskStoreError {
    /// An error with its reason.
    pub fn new(reason: impl Into<String>) -> Self {
        TaskStoreError(reason.into())
    }
}

impl fmt::Display for TaskStoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TaskStoreError {}

/// Tasks in the memory of this process, gone with it: for an app of one instance.
#[derive(Debug, Default)]
pub struct MemoryTasks(Mutex<HashMap<String, Bytes>>);

impl MemoryTasks {
    fn entries(&self) -> MutexGuard<'_, HashMap<String, Bytes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl TaskStore for MemoryTasks {
    async fn read(&self, key: &str) -> Result<Option<Bytes>, TaskStoreError> {
        Ok(self.entries().get(key).cloned())
    }

    async fn write(&self, key: &str, entry: Bytes, _: Duration) -> Result<(), TaskStoreError> {
        self.entries().insert(key.to_owned(), entry);
        Ok(())
    }

    async fn remove(&self, key: &str) -> Result<(), TaskStoreError> {
        self.entries().remove(key);
        Ok(())
    }

    fn is_shared(&self) -> bool {
        false
    }
}
