//! [`Host`]: the local host of an app, the app's own command `host` in a process of its own.

use super::banner::Ready;
use super::lines::{Lines, Reload};
use crate::app::App;
use crate::error::Error;
use crate::output;
use clap::Args;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::task::JoinHandle;

/// The variable that names the program of the custom handler: it wins over host.json and local.settings.json.
const EXECUTABLE: &str = "AzureFunctionsJobHost__customHandler__description__defaultExecutablePath";
/// The variable by which the app writes a line for each call.
const LOG_CALLS: &str = "MCP_TRIGGER_LOG_CALLS";

/// The options of the local host.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Options of the local host")]
pub(super) struct HostOptions {
    /// The port; 0 for any that is free. Several apps have it and those that follow. Default: Host.LocalHttpPort of
    /// local.settings.json, else 7071
    #[arg(long, value_name = "PORT")]
    pub(super) port: Option<u16>,
    /// The address to listen on. Default: Host.LocalHttpAddress of local.settings.json, else 127.0.0.1
    #[arg(long, value_name = "IP")]
    address: Option<IpAddr>,
    /// Where blobs and queue messages of bindings are files, instead of in the account of AzureWebJobsStorage
    #[arg(long, value_name = "DIR")]
    storage: Option<PathBuf>,
    /// Asks clients for a key, as the Functions host does in Azure
    #[arg(long)]
    auth: bool,
    /// The same, with the keys in this file
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// Prints the key for clients also where standard output is no terminal
    #[arg(long)]
    show_key: bool,
    /// Lets everybody in who reaches an address of other machines; without it such an address needs --auth
    #[arg(long)]
    open: bool,
}

impl HostOptions {
    /// Adds the options to a command.
    fn put_on(&self, command: &mut Command, port: Option<u16>) {
        let texts =
            [("--port", port.map(|port| port.to_string())), ("--address", self.address.map(|ip| ip.to_string()))];
        for (option, value) in texts {
            command.args(value.iter().flat_map(|value| [option, value]));
        }
        for (option, path) in [("--storage", &self.storage), ("--keys", &self.keys)] {
            command.args(path.iter().flat_map(|path| [option.as_ref(), path.as_os_str()]));
        }
        let shows_key = self.show_key || output::is_terminal();
        let flags = [("--auth", self.auth), ("--open", self.open), ("--show-key", shows_key)];
        command.args(flags.into_iter().filter(|(_, is_set)| *is_set).map(|(flag, _)| flag));
    }
}

/// A running local host. Its end comes with that of this program, however this program ends: the host reads from a pipe.
pub(super) struct Host {
    child: Child,
    /// `None` once the host is to end.
    stdin: Option<ChildStdin>,
    output: [JoinHandle<()>; 2],
}

impl Host {
    /// Starts the host of an app whose program is `program`.
    ///
    /// # Errors
    ///
    /// If the program cannot be started.
    pub(super) fn start(
        app: &App,
        program: &Path,
        (options, port): (&HostOptions, Option<u16>),
        ready: Ready,
        reload: Reload,
    ) -> Result<Self, Error> {
        let mut command = Command::new(program);
        command.env("CARGO_MANIFEST_DIR", &app.root).env_remove("FUNCTIONS_CUSTOMHANDLER_PORT");
        command.args(["host", "--watch", "--until-eof", "--json", "--root"]).arg(&app.root);
        options.put_on(&mut command, port);
        command.env(EXECUTABLE, program).env(LOG_CALLS, "1");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        // Ctrl-C is for this program, which lets the host end in its own time.
        #[cfg(unix)]
        command.process_group(0);
        #[cfg(windows)]
        command.creation_flags(CREATE_NEW_PROCESS_GROUP);
        let mut child = command.spawn().map_err(|error| {
            Error::new(format!("cannot start {}", program.display()))
                .why(error)
                .next("`--target` wants a system that this machine can run")
        })?;
        let stdin = child.stdin.take();
        let lines = Lines::new(ready.label().clone(), reload);
        let names = lines.names();
        let stdout = child.stdout.take().map(|stdout| {
            read_lines(stdout, move |line| {
                if let Some(functions) = ready.announce(line) {
                    names.set(functions);
                }
            })
        });
        let stderr = child.stderr.take().map(|stderr| read_lines(stderr, move |line| lines.show(line)));
        let output = [tokio::spawn(maybe(stdout)), tokio::spawn(maybe(stderr))];
        Ok(Host { child, stdin, output })
    }

    /// Waits for the end, and for the last line of output.
    pub(super) async fn ended(&mut self) -> std::io::Result<ExitStatus> {
        let status = self.child.wait().await;
        for output in self.output.iter_mut().filter(|output| !output.is_finished()) {
            // A process that the host has left behind may hold its output open.
            let _ = tokio::time::timeout(Duration::from_millis(500), output).await;
        }
        status
    }

    /// Lets the host end: running calls may finish.
    pub(super) fn end(&mut self) {
        self.stdin = None;
    }

    /// Ends the host at once. Its handler ends with it.
    pub(super) async fn kill(&mut self) {
        let _ = self.child.kill().await;
    }
}

#[cfg(windows)]
const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;

async fn read_lines(from: impl AsyncRead + Unpin, mut show: impl FnMut(&str)) {
    let mut from = BufReader::new(from);
    let mut bytes = Vec::new();
    while from.read_until(b'\n', &mut bytes).await.is_ok_and(|read| read > 0) {
        show(String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']));
        bytes.clear();
    }
}

async fn maybe(reading: Option<impl Future<Output = ()>>) {
    if let Some(reading) = reading {
        reading.await;
    }
}
