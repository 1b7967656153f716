//! A workspace of apps in a folder of its own, and the command on it.

use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A time that no step needs on a slow machine, but a build of all dependencies.
const LONG: Duration = Duration::from_secs(600);

/// A workspace of apps. What they depend on is built beside this test, once.
pub(crate) struct Workspace(TempDir);

impl Workspace {
    /// A workspace of packages, each with the text of its `src/main.rs`.
    pub(crate) fn new(apps: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let members = "[workspace]\nresolver = \"3\"\nmembers = [\"*/\"]\nexclude = [\"target\"]\n";
        fs::write(folder.path().join("Cargo.toml"), members).unwrap();
        // With the versions of the repository, whose packages are there already.
        fs::copy(repository.join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
        let workspace = Workspace(folder);
        for (name, main) in apps {
            let library = repository.join("mcp-trigger").display().to_string();
            let manifest = format!(
                "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
                 mcp-trigger = {{ path = {library:?} }}\n"
            );
            workspace.write(&format!("{name}/Cargo.toml"), &manifest);
            workspace.write(&format!("{name}/src/main.rs"), main);
        }
        workspace
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, with the folders that it is in.
    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// `cargo mcp-trigger`, in the folder of the workspace.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(arguments);
        command.current_dir(self.path()).env("CARGO_TARGET_DIR", target()).env("CARGO_NET_OFFLINE", "true");
        command
    }

    /// `start`, on a free port, until it is dropped.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        let mut command = self.command(&["start", "--json", "--port", "0"]);
        let mut child = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = lines(BufReader::new(child.stdout.take().unwrap()));
        let stderr = lines(BufReader::new(child.stderr.take().unwrap()));
        Running { child, stdout, stderr, told: Vec::new() }
    }
}

/// `cargo mcp-trigger`, as cargo starts it.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-mcp-trigger"));
    command.arg("mcp-trigger").args(arguments).env_remove("MCP_TRIGGER_URL").env_remove("MCP_TRIGGER_KEY");
    command.env_remove("FUNCTIONS_CUSTOMHANDLER_PORT");
    command
}

/// The folder that this test was built into.
pub(crate) fn target() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_cargo-mcp-trigger"));
    program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file()).unwrap().to_owned()
}

fn lines(from: impl BufRead + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in from.lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

/// A running `start`.
pub(crate) struct Running {
    child: Child,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
    /// The lines on standard error so far.
    told: Vec<String>,
}

impl Running {
    /// Waits for the next app that is ready, and gives what it says.
    pub(crate) fn ready(&mut self) -> Value {
        let line = self.stdout.recv_timeout(LONG);
        let line = line.unwrap_or_else(|_| panic!("no app is ready: {:#?}", self.all_told()));
        serde_json::from_str(&line).unwrap()
    }

    /// Waits for a line on standard error that has these words, after those that were waited for before.
    pub(crate) fn wait_for(&mut self, words: &str) -> String {
        let begin = Instant::now();
        while let Ok(line) = self.stderr.recv_timeout(LONG.saturating_sub(begin.elapsed())) {
            self.told.push(line.clone());
            if line.contains(words) {
                return line;
            }
        }
        panic!("no line has `{words}`: {:#?}", self.told);
    }

    fn all_told(&mut self) -> &[String] {
        self.told.extend(self.stderr.try_iter());
        &self.told
    }

    /// Sends a signal, by its name.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.child.id())]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits for the end, and gives the exit code.
    pub(crate) fn ended(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Standard output and standard error as text, and the exit code.
pub(crate) fn outcome(output: &Output) -> (String, String, Option<i32>) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr), output.status.code())
}

/// The processes that run a program in a folder.
#[cfg(target_os = "linux")]
pub(crate) fn processes_of(folder: &Path) -> Vec<PathBuf> {
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let programs = processes.filter_map(|process| fs::read_link(process.path().join("exe")).ok());
    programs.filter(|program| program.starts_with(folder)).collect()
}
