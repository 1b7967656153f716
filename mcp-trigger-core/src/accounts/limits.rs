//! The limits of a process.

use super::Resource;

/// How much all requests hold together of each [`Resource`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProcessLimits {
    /// Memory, in bytes: long bodies, answers that were not read yet, and what sessions and tasks keep. Default: 128 MiB.
    pub memory: usize,
    /// Requests that are worked on and were not answered at once. Default: 10,000.
    pub requests: usize,
    /// Streams of events that belong to no request. Default: 8,000.
    pub streams: usize,
    /// Sessions. Default: 10,000.
    pub sessions: usize,
    /// Tasks that run, or have ended and can still be read. Default: 10,000.
    pub tasks: usize,
    /// Connections of clients, each of which takes about 20 KiB. Default: 8,000.
    pub connections: usize,
    /// Calls that block at once, each on a thread. Default: 256.
    pub threads: usize,
}

/// The file handles that no connection takes: files, sockets and clients of the functions.
const OTHER_HANDLES: usize = 128;
/// The least connections, however few handles there are.
const LEAST_CONNECTIONS: usize = 16;

/// How many file handles the process may have. `None` if there is no limit, or the operating system has none of the kind.
fn file_handles() -> Option<u64> {
    #[cfg(unix)]
    return rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    #[cfg(not(unix))]
    None
}

impl Default for ProcessLimits {
    fn default() -> Self {
        ProcessLimits {
            memory: 128 * 1024 * 1024,
            requests: 10_000,
            streams: 8_000,
            sessions: 10_000,
            tasks: 10_000,
            connections: 8_000,
            threads: 256,
        }
    }
}

impl ProcessLimits {
    /// Limits the connections to what the process may have of file handles, of which each connection takes `handles`. Some stay for
    /// all else that the process opens.
    #[must_use]
    pub fn within_file_handles(self, handles: usize) -> Self {
        self.within(file_handles(), handles)
    }

    fn within(mut self, available: Option<u64>, handles: usize) -> Self {
        if let Some(available) = available.and_then(|available| usize::try_from(available).ok()) {
            let connections = available.saturating_sub(OTHER_HANDLES) / handles;
            self.connections = self.connections.min(connections.max(LEAST_CONNECTIONS));
        }
        self
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_file_handles_for_all_else() {
        let connections = |available, handles| ProcessLimits::default().within(available, handles).connections;
        assert_eq!(connections(Some(1024), 1), 896);
        assert_eq!(connections(Some(1024), 2), 448);
        assert_eq!(connections(Some(1_000_000), 1), 8_000, "more than the limit is not asked for");
        assert_eq!(connections(Some(100), 1), LEAST_CONNECTIONS);
        assert_eq!(connections(None, 2), 8_000);
    }
}
