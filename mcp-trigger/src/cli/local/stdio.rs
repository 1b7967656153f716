//! `stdio`: the app speaks MCP over standard input and output, for a client that starts it.

use super::in_process::InProcess;
use super::usage::Usage;
use super::{output, storage};
use crate::app::{App, Error};
use crate::hosted::Interruption;
use crate::registry::function_json;
use crate::server::{FunctionBindings, Line, McpServer};
use bytes::Bytes;
use lexopt::{Arg, Parser};
use local_host::{LocalHost, Settings};
use mcp_trigger_core::telemetry;
use std::io::{self, BufRead, BufReader, IsTerminal as _, Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

pub(super) const USAGE: Usage = Usage {
    command: "stdio",
    arguments: " [--storage DIR]",
    summary: "Speaks MCP over standard input and output, for clients that start programs",
    options: &["storage", "help"],
    details: r#"
  --storage DIR  Where blobs and queue messages of bindings are files; default as of `serve`

A client starts the program with this command, as one of these entries of an mcp.json says, and ends it by closing
standard input. No port is opened. In VS Code (.vscode/mcp.json), while you work on the app, and with its binary:

  { "servers": { "my-tools": { "type": "stdio", "command": "cargo", "args": ["run", "-q", "--", "stdio"] } } }
  { "servers": { "my-tools": { "type": "stdio", "command": "/path/to/my-tools", "args": ["stdio"] } } }

Other clients have the same members below `mcpServers`, most of them without `type`. A client that starts programs in
another folder finds the app with "args": ["run", "-q", "--manifest-path", "/path/to/Cargo.toml", "--", "stdio"].

Logs go to standard error. So does what functions print: on Windows it would get among the messages, so print nothing
there. The `Values` of local.settings.json are variables of the program.
"#,
};

/// `stdio`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Stdio {
    pub(crate) storage: Option<PathBuf>,
}

/// How many lines wait for the client to read them.
const LINES: usize = 16;
/// How long the last lines may take.
const LAST_LINES: Duration = Duration::from_secs(1);

impl Stdio {
    /// Its options; `None` if help is wanted.
    pub(super) fn read(parser: &mut Parser) -> Result<Option<Self>, Error> {
        let mut storage = None;
        while let Some(option) = USAGE.next_option(parser)? {
            match &*option {
                "help" => return Ok(None),
                "storage" => storage = Some(USAGE.value(parser, "--storage", "a folder")?),
                name => return Err(USAGE.unexpected(Arg::Long(name))),
            }
        }
        Ok(Some(Stdio { storage }))
    }

    /// Serves the client until it closes standard input.
    pub(super) async fn run(self, mut app: App, settings: &Settings) -> Result<ExitCode, Error> {
        telemetry::log_calls();
        settings.notes().iter().for_each(|note| output::complain(&format!("warning: {note}")));
        if io::stdin().is_terminal() {
            output::complain(
                "This is for MCP clients: each line is a message of JSON-RPC, and Ctrl-D ends it. `--help` has the mcp.json for clients",
            );
        }
        let mut interruption = Interruption::new();
        // The session of the one client lasts as long as the program.
        app.mcp = app.mcp.clone().sessions(LINES, Duration::MAX);
        let mcp = app.mcp_settings(None)?;
        let (functions, setup) = app.prepare()?;
        let files = function_json::of_functions(&functions.registry).map_err(Error::Functions)?;
        let invoker = Arc::new(InProcess(Arc::clone(&functions)));
        let host = LocalHost::with_settings(files, invoker, &|name| settings.get(name));
        let (host, _) = storage::set_up(host, self.storage, settings)?;
        let bindings =
            FunctionBindings::new(&functions.registry, Arc::clone(host.storages()), &|name| settings.get(name));
        let server = Arc::new(McpServer::new(functions, bindings, mcp));
        for (name, why) in server.unserved() {
            output::complain(&format!("warning: {name} is not served: {why}"));
        }
        tokio::select! {
            ready = setup => ready?,
            () = interruption.wait() => return Ok(ExitCode::SUCCESS),
        }
        let (input, out) = take_streams().map_err(|error| {
            Error::Environment(format!(
                "standard input and output cannot be used: {error}; start the program with both"
            ))
        })?;
        let lines = read_lines(BufReader::new(input), server.limits.bytes);
        let (sends, written) = write_lines(out);
        server.serve_stdio(lines, sends, interruption.wait()).await;
        let _ = tokio::time::timeout(LAST_LINES, written).await;
        Ok(ExitCode::SUCCESS)
    }
}

/// Takes standard input and output for the messages alone. From here on the rest of the program, and programs that it starts, read
/// nothing from standard input, and what they print goes to standard error.
#[cfg(unix)]
fn take_streams() -> io::Result<(impl Read + Send, impl Write + Send)> {
    use std::fs::File;
    use std::os::fd::AsFd as _;
    let mut printed = io::stdout();
    printed.flush()?;
    let input = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let out = File::from(printed.as_fd().try_clone_to_owned()?);
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    rustix::stdio::dup2_stdout(io::stderr())?;
    Ok((input, out))
}

#[cfg(not(unix))]
fn take_streams() -> io::Result<(impl Read + Send, impl Write + Send)> {
    Ok((io::stdin(), io::stdout()))
}

/// Reads lines, on a thread of its own: one that waits for standard input can be left alone when the program ends.
fn read_lines(mut input: impl BufRead + Send + 'static, limit: usize) -> mpsc::Receiver<Line> {
    let (sender, lines) = mpsc::channel(1);
    let read = move || {
        while let Ok(Some(line)) = next_line(&mut input, limit) {
            if sender.blocking_send(line).is_err() {
                break;
            }
        }
    };
    start_thread("stdin", read);
    lines
}

/// Reads the next line that is not blank; `None` at the end.
fn next_line(input: &mut impl BufRead, limit: usize) -> io::Result<Option<Line>> {
    loop {
        let mut line = Vec::new();
        // With room for the end of the line, and for a byte that is too much.
        let read = input.by_ref().take(limit as u64 + 2).read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(None);
        }
        let is_whole = line.last() == Some(&b'\n');
        let text = line.trim_ascii_end().len();
        if text > limit {
            if !is_whole {
                input.skip_until(b'\n')?;
            }
            return Ok(Some(Line::TooLong));
        }
        line.truncate(text);
        if !line.trim_ascii().is_empty() {
            return Ok(Some(Line::Text(line.into())));
        }
    }
}

/// Writes lines, on a thread of its own. The second end tells when all are written.
fn write_lines(mut out: impl Write + Send + 'static) -> (mpsc::Sender<Bytes>, oneshot::Receiver<()>) {
    let (sender, mut lines) = mpsc::channel::<Bytes>(LINES);
    let (done, written) = oneshot::channel();
    let write = move || {
        while let Some(line) = lines.blocking_recv() {
            let line = [&line[..], b"\n"].concat();
            if out.write_all(&line).and_then(|()| out.flush()).is_err() {
                break;
            }
        }
        let _ = done.send(());
    };
    start_thread("stdout", write);
    (sender, written)
}

/// Starts a thread. Without one its channel is closed, and the server ends.
fn start_thread(name: &str, work: impl FnOnce() + Send + 'static) {
    if let Err(error) = std::thread::Builder::new().name(name.to_owned()).spawn(work) {
        output::complain(&format!("error: {name} has no thread: {error}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8], limit: usize) -> Vec<Option<String>> {
        let mut input = BufReader::with_capacity(4, text);
        let next = || next_line(&mut input, limit).unwrap();
        let text = |line| match line {
            Line::Text(text) => Some(String::from_utf8(text.to_vec()).unwrap()),
            Line::TooLong => None,
        };
        std::iter::from_fn(next).map(text).collect()
    }

    #[test]
    fn lines_are_read_up_to_the_limit() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            lines(b"{1}\r\n\n  \n{22}\n{333}\n{4444}\n{5}", 4),
            [some("{1}"), some("{22}"), None, None, some("{5}")]
        );
        assert_eq!(lines(b"", 4), []);
        assert_eq!(lines(b"{long without an end", 4), [None]);
        assert_eq!(lines(b"1234\r\n12345\r\n", 4), [some("1234"), None]);
    }
}
