//! Other programs: where they are, and runs of them that end in a given time.

use std::fmt::{self, Display};
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

/// The time for a program that only tells about itself. `az` needs seconds when it starts for the first time.
pub(crate) const SHORT: Duration = Duration::from_secs(20);

/// How often an ended program is looked for.
const PAUSE: Duration = Duration::from_millis(5);

/// How Core Tools are installed.
pub(crate) const FUNC_INSTALLATION: &str = "npm install --global azure-functions-core-tools@4";
/// How the Azure CLI is installed.
pub(crate) const AZ_INSTALLATION: &str = "https://learn.microsoft.com/cli/azure/install-azure-cli";
/// How the Azure Developer CLI is installed.
pub(crate) const AZD_INSTALLATION: &str = "https://aka.ms/azd-install";

/// The program of this name in `PATH`, if there is one; on Windows with any extension of `PATHEXT`, as `az.cmd` has.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    which::which(name).ok()
}

/// The outputs of a program, and its exit status. An output that was not piped is empty.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    /// The last line of an output that says something, for an error message.
    pub(crate) fn last_line(&self) -> &str {
        let lines = |text: &'_ str| text.lines().map(str::trim).rfind(|line| !line.is_empty()).map(str::len);
        let text = if lines(&self.stderr).is_some() { &self.stderr } else { &self.stdout };
        text.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("no output")
    }
}

/// The reason why a program has no [`Output`].
#[derive(Debug)]
pub(crate) enum Failure {
    /// The program was not started.
    Start(io::Error),
    /// The program took longer than this, and was ended.
    Timeout(Duration),
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Start(error) => write!(f, "it cannot be started: {error}"),
            Failure::Timeout(limit) => write!(f, "it did not end within {} s", limit.as_secs()),
        }
    }
}

/// Runs a program with both outputs piped.
///
/// # Errors
///
/// If the program cannot be started, or runs longer than the limit. Then it is ended with all that it started.
pub(crate) fn capture(command: &mut Command, limit: Duration) -> Result<Output, Failure> {
    // A group of its own can be ended as a whole: `az` is a script, and a program that it starts holds the pipe.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    run(command.stdout(Stdio::piped()).stderr(Stdio::piped()), limit)
}

/// Runs a program. It reads no input, and its outputs go where the command says. Ctrl-C reaches it too.
///
/// # Errors
///
/// If the program cannot be started, or runs longer than the limit. Then it is ended.
pub(crate) fn run(command: &mut Command, limit: Duration) -> Result<Output, Failure> {
    let end = Instant::now() + limit;
    let mut child = command.stdin(Stdio::null()).spawn().map_err(Failure::Start)?;
    let stdout = child.stdout.take().map(read);
    let stderr = child.stderr.take().map(read);
    let status = loop {
        match child.try_wait().map_err(Failure::Start)? {
            Some(status) => break status,
            None if Instant::now() >= end => {
                kill(&mut child);
                return Err(Failure::Timeout(limit));
            }
            None => thread::sleep(PAUSE),
        }
    };
    let receive = |output: Option<Receiver<String>>| match output {
        // The end of the program is not the end of its output, if it left another one behind.
        Some(output) => output.recv_timeout(end.saturating_duration_since(Instant::now()).max(PAUSE)).ok(),
        None => Some(String::new()),
    };
    match (receive(stdout), receive(stderr)) {
        (Some(stdout), Some(stderr)) => Ok(Output { status, stdout, stderr }),
        _ => {
            kill(&mut child);
            Err(Failure::Timeout(limit))
        }
    }
}

/// Reads an output to its end, on a thread of its own.
fn read(mut output: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = output.read_to_end(&mut bytes);
        // Nobody waits for it after the time limit.
        let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
    });
    receiver
}

fn kill(child: &mut Child) {
    #[cfg(unix)]
    if let Some(group) = i32::try_from(child.id()).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn both_outputs_are_read_while_the_program_runs() {
        // More than a pipe holds.
        let output =
            capture(&mut sh("head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2; echo end >&2; exit 3"), SHORT);
        let output = output.unwrap();
        assert_eq!((output.status.code(), output.stdout.len(), output.stderr.len()), (Some(3), 300_000, 300_004));
        assert!(output.last_line().ends_with("end"), "{}", output.last_line().len());
    }

    #[test]
    fn a_program_that_hangs_is_ended_with_what_it_started() {
        for script in ["sleep 60 & sleep 60; true", "sleep 60 & exit 0"] {
            let started = Instant::now();
            let failure = capture(&mut sh(script), Duration::from_millis(200)).unwrap_err();
            assert!(matches!(failure, Failure::Timeout(_)), "{script}: {failure}");
            assert!(started.elapsed() < Duration::from_secs(20), "{script}");
        }
    }

    #[test]
    fn a_missing_program_is_told() {
        let failure = capture(&mut Command::new("no-such-program-anywhere"), SHORT).unwrap_err();
        assert!(matches!(failure, Failure::Start(_)), "{failure}");
        assert_eq!(find("no-such-program-anywhere"), None);
    }
}
