//! One processor for a client with one connection, and for its servers.

use std::process::Command;
use tests::process::App;

/// Has the client and the servers share a processor, until it is dropped.
///
/// With one connection client and server work in turn, so a second processor is of no use, and does harm: while the one works, the
/// processor of the other falls asleep, and a machine takes longer to wake it, a virtual one several times as long, than a server
/// takes to answer. That would measure the machine; and as the system has them share a processor now and then, it would not even
/// be the same from run to run.
pub(crate) struct OneProcessor {
    processes: Vec<u32>,
    /// The last of all processors, by its number.
    last: usize,
}

impl OneProcessor {
    pub(crate) fn new<'a>(servers: impl IntoIterator<Item = &'a App>) -> Self {
        let mut processes = vec![std::process::id()];
        for server in servers {
            processes.push(server.id());
            processes.extend(children(server.id()));
        }
        let last = std::thread::available_parallelism().map_or(0, |processors| processors.get() - 1);
        place(&processes, "0");
        OneProcessor { processes, last }
    }
}

impl Drop for OneProcessor {
    fn drop(&mut self) {
        place(&self.processes, &format!("0-{}", self.last));
    }
}

/// The processes that a process has started, such as the handler of a host.
fn children(process: u32) -> Vec<u32> {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let children = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    children.flat_map(|children| children.split(' ').filter_map(|id| id.parse().ok()).collect::<Vec<_>>()).collect()
}

/// Has all threads of processes run on these processors only.
fn place(processes: &[u32], processors: &str) {
    for process in processes {
        let taskset = Command::new("taskset").args(["-a", "-p", "-c", processors, &process.to_string()]).output();
        assert!(taskset.is_ok_and(|taskset| taskset.status.success()), "taskset -a -p -c {processors} {process}");
    }
}
