//! `handler`: the app as custom handler, for the Functions host that has started it.

use super::usage::Usage;
use crate::app::{App, Error};
use crate::handler;
use lexopt::{Arg, Parser};
use mcp_trigger_core::telemetry;
use std::ffi::OsStr;
use std::process::ExitCode;

pub(super) const USAGE: Usage = Usage {
    command: "handler",
    arguments: " [--no-invocations]",
    summary: "Answers the Functions host (what happens when it has started the program)",
    options: &["no-invocations", "help"],
    details: "
  --no-invocations  Serves /mcp only, and calls no function for the host: for host.json files whose routes lead all paths
                    to the app, as `generate --self-hosted` writes them. Anybody could call any function otherwise

The Functions host sets FUNCTIONS_CUSTOMHANDLER_PORT. Then this is what happens without a command; the arguments are those of
customHandler.description.arguments in host.json. With MCP_TRIGGER_LOG_CALLS=1 each call writes a line: its function, outcome and
duration.
",
};

/// The variable with the port on which the Functions host expects its handler.
pub(super) const PORT: &str = "FUNCTIONS_CUSTOMHANDLER_PORT";

/// The variable by which each call writes a line into the log.
const LOG_CALLS: &str = "MCP_TRIGGER_LOG_CALLS";

/// How to run the app without a Functions host.
const ALONE: &str = if cfg!(feature = "local") {
    "to run the app by itself, use `serve`"
} else {
    "to run the app by itself, build it with the feature `local` of mcp-trigger"
};

/// `handler`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Handler {
    pub(super) port: u16,
    /// Whether the host may call functions.
    pub(super) invocations: bool,
}

impl Handler {
    /// Reads the options, and the port that the host set; `None` if help is wanted.
    pub(super) fn read(parser: &mut Parser, port: Option<&OsStr>) -> Result<Option<Self>, Error> {
        let mut invocations = true;
        while let Some(argument) = USAGE.next(parser)? {
            match argument {
                Arg::Long("no-invocations") => invocations = false,
                Arg::Short('h') | Arg::Long("help") => return Ok(None),
                other => return Err(USAGE.unexpected(other)),
            }
        }
        let port = port.ok_or_else(|| {
            Error::Environment(format!("{PORT} is not set; the Functions host sets it when it starts the app. {ALONE}"))
        })?;
        Ok(Some(Handler { port: read_port(port)?, invocations }))
    }

    pub(super) async fn run(self, app: App) -> ExitCode {
        if std::env::var_os(LOG_CALLS).is_some_and(|value| value == "1") {
            telemetry::log_calls();
        }
        handler::run(app, self.port, self.invocations).await
    }
}

fn read_port(port: &OsStr) -> Result<u16, Error> {
    let number = port.to_str().and_then(|port| port.parse().ok()).filter(|port| *port != 0);
    number.ok_or_else(|| {
        Error::Environment(format!(
            "{PORT} is `{}` and not a port from 1 to 65535; the Functions host sets it, so unset it to run the app by itself",
            port.display()
        ))
    })
}
