//! Processors for a client with one connection, and for its servers.

use std::process::{Child, Command};
use tests::process::App;

/// Gives the client and the servers a processor each, and keeps both from sleeping, until it is dropped.
///
/// With one connection client and server work in turn. Whether the system has them share a processor makes the figures half as
/// large again or not, and changes from run to run; and while one works, the processor of the other falls asleep, from which a
/// virtual machine takes several times as long to wake it as a server takes to answer. Both would measure the machine.
pub(crate) struct Placed {
    /// Something of the lowest priority on each processor.
    awake: Vec<Child>,
    processes: Vec<u32>,
}

impl Placed {
    pub(crate) fn new<'a>(servers: impl IntoIterator<Item = &'a App>) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        let spin = |processor: usize| {
            let on = ["-c", &processor.to_string(), "nice", "-n", "19", "sh", "-c", "while :; do :; done"];
            Command::new("taskset").args(on).spawn().expect("taskset of util-linux")
        };
        let awake = (0..processors).map(spin).collect();
        let mut processes = vec![std::process::id()];
        place(processes[0], "0");
        for server in servers {
            place(server.id(), &(processors - 1).to_string());
            processes.push(server.id());
        }
        Placed { awake, processes }
    }
}

impl Drop for Placed {
    fn drop(&mut self) {
        for spinning in &mut self.awake {
            let _ = spinning.kill();
            let _ = spinning.wait();
        }
        for process in &self.processes {
            place(*process, &format!("0-{}", self.awake.len() - 1));
        }
    }
}

/// Has all threads of a process run on these processors only.
fn place(process: u32, processors: &str) {
    let taskset = Command::new("taskset").args(["-a", "-p", "-c", processors, &process.to_string()]).output();
    assert!(taskset.is_ok_and(|taskset| taskset.status.success()), "taskset -a -p -c {processors} {process}");
}
