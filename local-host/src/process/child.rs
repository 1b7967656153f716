//! The handler as a process: its environment, its output, its end.

use crate::app_folder::HandlerCommand;
use mcp_trigger_core::lock::lock;
use mcp_trigger_core::{task, telemetry};
use std::collections::VecDeque;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};
use tokio::process;
use tokio::task::JoinHandle;
use tracing::Level;

/// A running handler. Dropping it kills the handler and all that it started, without a signal that they could catch, as
/// the host does (ground-truth.md §4).
pub(super) struct Child {
    process: process::Child,
    /// Ends the handler when this process is gone.
    _guard: Option<process::Child>,
    /// That of the group as well.
    #[cfg(unix)]
    id: Option<u32>,
    last_errors: LastErrors,
    stderr: JoinHandle<()>,
}

/// The last lines on standard error, for the message when the handler ends.
type LastErrors = Arc<Mutex<VecDeque<String>>>;
const LAST_ERRORS: usize = 5;
/// The longest piece of a line that is one line of the log, in bytes: with what stands before it, the log does not cut it.
const LINE_LIMIT: u64 = telemetry::LINE_LIMIT as u64 - 512;

impl Child {
    /// Starts the handler.
    ///
    /// # Errors
    ///
    /// If the operating system does not start the command.
    pub(super) fn start(
        command: &HandlerCommand,
        environment: impl IntoIterator<Item = (impl AsRef<std::ffi::OsStr>, impl AsRef<std::ffi::OsStr>)>,
        stderr_is_errors: bool,
    ) -> io::Result<Self> {
        let mut start = process::Command::new(&command.program);
        start
            .args(&command.arguments)
            .current_dir(&command.folder)
            .env_clear()
            .envs(environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // A group of its own, to be ended with all that it started: handlers are scripts, sometimes.
        #[cfg(unix)]
        start.process_group(0);
        let mut process = start.spawn()?;
        let guard = process.id().and_then(guard);
        let last_errors = LastErrors::default();
        if let Some(stdout) = process.stdout.take() {
            task::spawn(read_lines(stdout, |line| log(line, Level::INFO)));
        }
        let last = Arc::clone(&last_errors);
        let stderr = process.stderr.take().map(|stderr| {
            read_lines(stderr, move |line| {
                log(line, level_of_error(line, stderr_is_errors));
                let mut last = lock(&last);
                last.push_back(line.to_owned());
                while last.len() > LAST_ERRORS {
                    last.pop_front();
                }
            })
        });
        let stderr = task::spawn(async move {
            if let Some(stderr) = stderr {
                stderr.await;
            }
        });
        Ok(Child {
            #[cfg(unix)]
            id: process.id(),
            process,
            _guard: guard,
            last_errors,
            stderr,
        })
    }

    /// Waits for the end of the handler, and gives its exit with the last lines on standard error.
    pub(super) async fn ended(&mut self) -> HandlerExit {
        let status = self.process.wait().await;
        // What it started would hold its port.
        self.end_group();
        let _ = tokio::time::timeout(Duration::from_millis(500), &mut self.stderr).await;
        let last = lock(&self.last_errors);
        HandlerExit { status: status.ok(), last_errors: last.iter().cloned().collect() }
    }

    /// Ends the handler, and waits for its end.
    pub(super) async fn end(mut self) {
        self.end_group();
        let _ = self.process.kill().await;
    }

    fn end_group(&self) {
        #[cfg(unix)]
        if let Some(group) = self.id.and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // Once it was waited for, its id may be that of another.
        if self.process.id().is_some() {
            self.end_group();
        }
    }
}

/// How a handler ended.
pub(super) struct HandlerExit {
    status: Option<ExitStatus>,
    last_errors: Vec<String>,
}

impl HandlerExit {
    /// The exit code; `None` after a signal.
    pub(super) fn code(&self) -> Option<i32> {
        self.status?.code()
    }

    /// The exit in words, such as "exit code 1".
    pub(super) fn how(&self) -> String {
        match self.status {
            None => "nobody knows how".to_owned(),
            Some(status) => status.code().map_or_else(|| status.to_string(), |code| format!("exit code {code}")),
        }
    }

    /// The last lines on standard error, to follow a sentence.
    pub(super) fn last_words(&self) -> String {
        let lines: String = self.last_errors.iter().map(|line| format!("\n    {line}")).collect();
        if lines.is_empty() { lines } else { format!("\nThe last that it said on standard error:{lines}") }
    }
}

/// Starts a process that ends a group once this one is gone, however that came: a signal to the whole process group of the host, or
/// one that nobody can catch, leaves nobody else to do it. Under the Functions host the handler is in the host's own group; here it
/// has one of its own, to be ended with all that it started.
#[cfg(unix)]
fn guard(group: u32) -> Option<process::Child> {
    let mut guard = process::Command::new("/bin/sh");
    // It reads until the other end is closed, which the operating system does when this process ends.
    guard.args(["-c", "read -r _; kill -KILL \"-$1\"", "guard", &group.to_string()]);
    guard.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0).kill_on_drop(true);
    guard.spawn().ok()
}

#[cfg(not(unix))]
fn guard(_: u32) -> Option<process::Child> {
    None
}

/// Lines with this mark are for the log of the host in Azure. Core Tools do not show them.
const FOR_THE_HOST: &str = "LanguageWorkerConsoleLog";

/// Shows a line of the handler as Core Tools do.
fn log(line: &str, level: Level) {
    match level {
        _ if line.trim().is_empty() => {}
        _ if line.starts_with(FOR_THE_HOST) => tracing::debug!(target: "handler", "{}", &line[FOR_THE_HOST.len()..]),
        Level::ERROR => tracing::error!(target: "handler", "{line}"),
        Level::WARN => tracing::warn!(target: "handler", "{line}"),
        _ => tracing::info!(target: "handler", "{line}"),
    }
}

/// The level of a line on standard error: its words decide, unless host.json counts all lines but warnings as errors
/// (`useStdErrorStreamForErrorsOnly`).
fn level_of_error(line: &str, is_error: bool) -> Level {
    let lower = line.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["warn"]) {
        Level::WARN
    } else if is_error || has(&["error", "fail", "severe", "unhandled exception"]) {
        Level::ERROR
    } else {
        Level::INFO
    }
}

/// Reads lines to the end. A line that is too long becomes several.
async fn read_lines(from: impl AsyncRead + Unpin, line: impl Fn(&str)) {
    let mut from = BufReader::new(from);
    let mut bytes = Vec::new();
    while (&mut from).take(LINE_LIMIT).read_until(b'\n', &mut bytes).await.is_ok_and(|read| read > 0) {
        line(String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']));
        bytes.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_line_say_how_bad_it_is() {
        for (line, level) in [
            ("listening on 8080", Level::INFO),
            ("WARNING: no error", Level::WARN),
            ("TypeError: x", Level::ERROR),
            ("it failed", Level::ERROR),
            ("Severe", Level::ERROR),
            ("Unhandled exception. System.Exception", Level::ERROR),
        ] {
            assert_eq!(level_of_error(line, false), level, "{line}");
        }
        assert_eq!(level_of_error("listening on 8080", true), Level::ERROR);
        assert_eq!(level_of_error("a warning", true), Level::WARN);
    }
}
