use super::store::{TaskStore, TaskStoreError};
use bytes::Bytes;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

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
