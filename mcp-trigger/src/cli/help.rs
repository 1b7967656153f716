//! `help`, `--help` and `--version`.

use super::output;
use super::usage::{Usage, commands};
use crate::app::Error;
use crate::identity::{ServerInfo, program};
use lexopt::{Arg, Parser};

pub(super) const USAGE: Usage = Usage {
    command: "help",
    arguments: " [COMMAND]",
    summary: "Tells what a command takes",
    options: &[],
    details: "",
};

const OPTIONS: &str = "
Options:
  -h, --help     Shows the arguments of a command
  -V, --version  The versions of the server and of mcp-trigger
";

/// The command of a line without one.
const DEFAULT: &str = if cfg!(feature = "local") {
    "Without a command the command is `serve`; if the Functions host has started the program, by setting
FUNCTIONS_CUSTOMHANDLER_PORT, it is `handler`."
} else {
    "This program was built for a Functions host, without the feature `local` of mcp-trigger: it has no local host.
If the Functions host has started it, by setting FUNCTIONS_CUSTOMHANDLER_PORT, the command is `handler`."
};

const LOGS: &str = "
RUST_LOG chooses what is logged, as in RUST_LOG=info,my_app=debug. Default: info.
";

/// The command to describe; `None` for all.
pub(super) fn read(parser: &mut Parser) -> Result<Option<&'static Usage>, Error> {
    let mut command = None;
    while let Some(argument) = USAGE.next(parser)? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => command = Some(&USAGE),
            Arg::Value(name) if command.is_none() => command = Some(Usage::of_command(&name.to_string_lossy())?),
            other => return Err(USAGE.unexpected(other)),
        }
    }
    Ok(command)
}

/// The help text of a command, or the list of commands.
pub(super) fn text(usage: Option<&Usage>) -> String {
    let program = program();
    match usage {
        Some(Usage { command, arguments, summary, details, .. }) => {
            format!("{summary}.\n\nUsage: {program} {command}{arguments}\n{details}")
        }
        None => {
            let commands = commands().map(|usage| [usage.command.to_owned(), usage.summary.to_owned()]);
            let commands: Vec<_> = commands.collect();
            let commands = output::columns(&commands, "  ");
            format!(
                "The tools of this program as an MCP server: by itself, and on Azure Functions.\n\n\
                 Usage: {program} [COMMAND] [OPTIONS]\n\nCommands:\n{commands}{OPTIONS}\n{DEFAULT}{LOGS}"
            )
        }
    }
}

/// The known versions. That of the program is known only from its [`ServerInfo`](crate::ServerInfo).
pub(super) fn version(server: Option<&ServerInfo>) -> String {
    let server = server.map(|server| format!(", server {} {}", server.name, server.version)).unwrap_or_default();
    format!("{}{server}, mcp-trigger {}\n", program(), env!("CARGO_PKG_VERSION"))
}
