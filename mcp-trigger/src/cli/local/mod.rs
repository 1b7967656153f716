//! The commands of a developer's machine.

mod app_server;
mod banner;
mod call;
mod generate;
mod host;
mod in_process;
mod keys;
mod list;
mod listen;
mod listing;
mod serve;
mod settings;
mod sign_in;
mod start;
mod stdio;
mod storage;

use super::usage::Usage;
use super::{output, usage};
use crate::app::{App, Error};
use call::Call;
use generate::Generate;
use host::Host;
use keys::ShowKeys;
use lexopt::Parser;
use list::List;
use mcp_trigger_core::telemetry::{self, Console};
use serve::Serve;
use settings::Surroundings;
use start::Start;
use std::ops::ControlFlow;
use std::process::ExitCode;
use stdio::Stdio;

/// The command of a line without one.
pub(super) const DEFAULT: &Usage = &serve::USAGE;

/// The commands, in the order in which `--help` lists them.
pub(super) const COMMANDS: [&Usage; 8] = [
    &serve::USAGE,
    &generate::USAGE,
    &host::USAGE,
    &start::USAGE,
    &stdio::USAGE,
    &list::USAGE,
    &call::USAGE,
    &keys::USAGE,
];

/// A command with its options.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    Serve(Serve),
    Generate(Generate),
    Host(Host),
    Start(Start),
    Stdio(Stdio),
    List(List),
    Call(Call),
    Keys(ShowKeys),
}

impl Command {
    /// Reads the options of a command; `None` if help is wanted.
    pub(super) fn read(usage: &'static Usage, parser: &mut Parser) -> Result<Option<Self>, Error> {
        Ok(match usage.command {
            "generate" => Generate::read(parser)?.map(Command::Generate),
            "host" => Host::read(parser)?.map(Command::Host),
            "start" => Start::read(parser)?.map(Command::Start),
            "stdio" => Stdio::read(parser)?.map(Command::Stdio),
            "list" => List::read(parser)?.map(Command::List),
            "call" => Call::read(parser)?.map(Command::Call),
            "keys" => ShowKeys::read(parser)?.map(Command::Keys),
            _ => Serve::read(parser)?.map(Command::Serve),
        })
    }

    /// Runs the command.
    pub(super) async fn run(self, app: App) -> Result<ExitCode, Error> {
        let console = match &self {
            Command::Serve(Serve { listen }) | Command::Host(Host { listen, .. }) if !listen.json => Console::Both,
            _ => Console::Stderr,
        };
        match &self {
            Command::Serve(_) | Command::Stdio(_) | Command::Call(_) => super::init_telemetry(&app, console)?,
            _ => telemetry::init(console)?,
        }
        match self {
            Command::Serve(serve) => match settings::enter().await? {
                ControlFlow::Continue(Surroundings { root, settings }) => {
                    serve.run(app, root.as_ref(), &settings).await
                }
                ControlFlow::Break(code) => Ok(code),
            },
            Command::Generate(generate) => generate.run(&app),
            Command::Host(host) => host.run().await,
            Command::Start(start) => start.run(app).await,
            Command::Stdio(stdio) => match settings::enter().await? {
                ControlFlow::Continue(Surroundings { settings, .. }) => stdio.run(app, &settings).await,
                ControlFlow::Break(code) => Ok(code),
            },
            Command::List(list) => list.run(&app),
            Command::Call(call) => match settings::enter().await? {
                ControlFlow::Continue(Surroundings { settings, .. }) => call.run(app, &settings).await,
                ControlFlow::Break(code) => Ok(code),
            },
            Command::Keys(show) => show.run(),
        }
    }
}

#[cfg(test)]
mod docs;
#[cfg(test)]
mod tests;
