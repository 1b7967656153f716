//! How much is held of each resource.

use crate::sync::atomic::{AtomicUsize, Ordering};

/// A resource of the process, of which requests take parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// Bytes: bodies, unread answers, and what sessions and tasks keep.
    Memory,
    /// Requests that are worked on.
    Requests,
    /// Streams of events that belong to no request.
    Streams,
    /// Sessions.
    Sessions,
    /// Tasks that run, or have ended and can still be read.
    Tasks,
    /// Connections.
    Connections,
}

/// The number of resources.
const RESOURCES: usize = 6;

impl Resource {
    /// The word for it in messages to clients.
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Resource::Memory => "long messages",
            Resource::Requests => "running requests",
            Resource::Streams => "open streams",
            Resource::Sessions => "sessions",
            Resource::Tasks => "tasks",
            Resource::Connections => "connections",
        }
    }
}

/// An amount of each resource.
#[derive(Debug, Default)]
pub(super) struct Holdings([AtomicUsize; RESOURCES]);

impl Holdings {
    pub(super) fn of(&self, resource: Resource) -> usize {
        self.0[resource as usize].load(Ordering::Relaxed)
    }

    /// Adds an amount: how much is held now.
    pub(super) fn add(&self, resource: Resource, amount: usize) -> usize {
        self.0[resource as usize].fetch_add(amount, Ordering::Relaxed) + amount
    }

    /// Adds an amount if no more than `limit` is held then: how much is left. `None` if the limit is too low.
    pub(super) fn add_within(&self, resource: Resource, amount: usize, limit: usize) -> Option<usize> {
        let add = |held: usize| held.checked_add(amount).filter(|held| *held <= limit);
        let before = self.0[resource as usize].fetch_update(Ordering::Relaxed, Ordering::Relaxed, add).ok()?;
        Some(limit - before - amount)
    }

    pub(super) fn remove(&self, resource: Resource, amount: usize) {
        self.0[resource as usize].fetch_sub(amount, Ordering::Relaxed);
    }
}
