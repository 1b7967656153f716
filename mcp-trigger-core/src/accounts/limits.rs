//! The limits of a process.

use super::Resource;

/// How much all requests hold together of each [`Resource`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProcessLimits {
    /// Memory, in bytes: long bodies, answers that were not read yet, and what sessions and tasks keep. Default: 128 MiB.
    pub memory: usize,
    /// Requests that are worked on and were not answered at once. Default: 10,000.
    pub requests: usize,
    /// Streams of events that belong to no request. Default: 10,000.
    pub streams: usize,
    /// Sessions. Default: 10,000.
    pub sessions: usize,
    /// Tasks that run, or have ended and can still be read. Default: 10,000.
    pub tasks: usize,
    /// Connections of clients. Default: 10,000.
    pub connections: usize,
    /// Calls that block at once, each on a thread. Default: 256.
    pub threads: usize,
}

impl Default for ProcessLimits {
    fn default() -> Self {
        ProcessLimits {
            memory: 128 * 1024 * 1024,
            requests: 10_000,
            streams: 10_000,
            sessions: 10_000,
            tasks: 10_000,
            connections: 10_000,
            threads: 256,
        }
    }
}

impl ProcessLimits {
    pub(super) fn of(&self, resource: Resource) -> usize {
        match resource {
            Resource::Memory => self.memory,
            Resource::Requests => self.requests,
            Resource::Streams => self.streams,
            Resource::Sessions => self.sessions,
            Resource::Tasks => self.tasks,
            Resource::Connections => self.connections,
        }
    }
}
