//! The program under attack, in its three forms, and the memory that it takes.

use std::fs;
use std::net::Ipv4Addr;
use std::process::Command;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use tests::folder::TempFolder;
use tests::process::App;

/// The program: `LIMITS_PROGRAM` names another build of it, for a comparison.
static PROGRAM: LazyLock<String> =
    LazyLock::new(|| std::env::var("LIMITS_PROGRAM").unwrap_or_else(|_| env!("CARGO_BIN_EXE_greedy").to_owned()));

/// The most that a process may take, in bytes.
pub(crate) const MEMORY: u64 = 300_000_000;
/// Where an attack has shown enough: the process is ended. In bytes.
const TOO_MUCH: u64 = 4_000_000_000;

/// How the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As its own local host.
    ByHand,
    /// As the Functions host starts it. Callers are known as App Service tells them.
    CustomHandler,
    /// As a custom handler of the local host, in a process of its own.
    Host,
}

impl Form {
    /// Whether there is the endpoint of the MCP extension.
    pub(crate) fn has_runtime(self) -> bool {
        self != Form::CustomHandler
    }
}

/// The running program.
pub(crate) struct Program {
    pub(crate) app: App,
    pub(crate) form: Form,
    watch: Option<JoinHandle<Peaks>>,
    is_over: Arc<AtomicBool>,
    _folder: TempFolder,
}

impl Program {
    pub(crate) fn start(form: Form) -> Self {
        let folder = TempFolder::new();
        let mut command = Command::new(&*PROGRAM);
        command.current_dir(folder.path());
        let app = match form {
            Form::ByHand => {
                command.arg("serve").arg("--storage").arg(folder.path().join("storage"));
                App::local_host(command)
            }
            Form::CustomHandler => App::handler(&PROGRAM, &[AUTHENTICATION]),
            Form::Host => {
                generate(&folder);
                command.args(["host", "--root"]).arg(folder.path()).env(AUTHENTICATION.0, AUTHENTICATION.1);
                command.env("AzureFunctionsJobHost__customHandler__description__defaultExecutablePath", &*PROGRAM);
                App::local_host(command)
            }
        };
        let is_over = Arc::new(AtomicBool::new(false));
        let (id, over) = (app.id(), Arc::clone(&is_over));
        let watch = std::thread::spawn(move || watch(id, &over));
        Program { app, form, watch: Some(watch), is_over, _folder: folder }
    }

    /// The most that its processes have taken.
    pub(crate) fn peaks(mut self) -> Peaks {
        self.is_over.store(true, Ordering::Relaxed);
        self.watch.take().unwrap().join().unwrap()
    }
}

/// By this App Service tells an app that it may believe who its callers are.
const AUTHENTICATION: (&str, &str) = ("WEBSITE_AUTH_ENABLED", "True");

/// The address of the neighbour: another than that of all others.
pub(crate) const NEIGHBOUR: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// Generates the files of the app.
fn generate(folder: &TempFolder) {
    let mut command = Command::new(&*PROGRAM);
    command.args(["generate", "--root"]).arg(folder.path()).env_remove("FUNCTIONS_CUSTOMHANDLER_PORT");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The most memory that the program and its custom handler have taken, in bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Peaks {
    pub(crate) program: u64,
    pub(crate) handler: u64,
}

impl Peaks {
    /// The more of the two.
    pub(crate) fn highest(self) -> u64 {
        self.program.max(self.handler)
    }
}

/// Looks at a process and its children until it is over.
fn watch(id: u32, is_over: &AtomicBool) -> Peaks {
    let mut peaks = Peaks::default();
    loop {
        let was_over = is_over.load(Ordering::Relaxed);
        let peak = |process| status(process, "VmHWM:").map_or(0, |kib| kib * 1024);
        peaks.program = peaks.program.max(peak(id));
        let handlers = children(id);
        peaks.handler = handlers.iter().map(|handler| peak(*handler)).fold(peaks.handler, u64::max);
        if peaks.highest() > TOO_MUCH {
            for process in handlers.into_iter().chain([id]) {
                let _ = Command::new("sh").args(["-c", &format!("kill -KILL {process}")]).status();
            }
            return peaks;
        }
        if was_over {
            return peaks;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A number that the kernel tells of a process.
fn status(process: u32, name: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The processes that a process has started.
fn children(process: u32) -> Vec<u32> {
    // Which thread started one is told by the lists of all threads.
    let threads = fs::read_dir(format!("/proc/{process}/task")).into_iter().flatten().flatten();
    let lists = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>()).collect()
}
