//! The command line of an app: one binary that is a custom handler when the Functions host starts it, its own local host when
//! a person does, and knows a few commands besides.

mod banner;
mod call;
mod generate;
mod handler;
mod help;
mod host;
mod keys;
mod list;
mod listen;
mod listing;
mod output;
mod serve;
mod start;
mod storage;
mod usage;

use crate::app::{App, Error};
use crate::telemetry::{self, Console};
use call::Call;
use generate::Generate;
use handler::Handler;
use host::Host;
use keys::ShowKeys;
use lexopt::Parser;
use list::List;
use serve::Serve;
use start::Start;
use std::ffi::{OsStr, OsString};
use std::process::ExitCode;
use usage::Usage;

pub(crate) use handler::NO_INVOCATIONS;
pub(crate) use usage::program;

/// Runs what the command line says.
pub(crate) fn main(app: App) -> ExitCode {
    let command = Command::read(Parser::from_env(), std::env::var_os(handler::PORT));
    command.and_then(|command| command.run(app)).unwrap_or_else(|error| {
        output::complain(&format!("error: {error}"));
        ExitCode::from(error.exit_code())
    })
}

/// What the program is asked to do.
#[derive(Debug, PartialEq, Eq)]
enum Command {
    Handler(Handler),
    Serve(Serve),
    Generate(Generate),
    Host(Host),
    Start(Start),
    List(List),
    Call(Call),
    Keys(ShowKeys),
    Help(Option<&'static Usage>),
    Version,
}

impl Command {
    /// Reads the command line. What a line without a command is for depends on who has started the program: with `handler_port` it
    /// was the Functions host. A command is a command all the same.
    fn read(mut parser: Parser, handler_port: Option<OsString>) -> Result<Self, Error> {
        let first = parser.try_raw_args().and_then(|arguments| arguments.peek().map(OsStr::to_owned));
        let first = first.as_deref().map(OsStr::to_string_lossy).unwrap_or_default();
        match &*first {
            "--help" | "-h" => return Ok(Command::Help(None)),
            "--version" | "-V" => return Ok(Command::Version),
            "" => {}
            option if option.starts_with('-') => {}
            command => {
                let usage = Usage::of_command(command)?;
                let _ = parser.value();
                return Command::read_options(usage, &mut parser, handler_port.as_deref());
            }
        }
        let usage = if handler_port.is_some() { &handler::USAGE } else { &serve::USAGE };
        Command::read_options(usage, &mut parser, handler_port.as_deref())
    }

    fn read_options(usage: &'static Usage, parser: &mut Parser, handler_port: Option<&OsStr>) -> Result<Self, Error> {
        let command = match usage.command {
            "handler" => Handler::read(parser, handler_port)?.map(Command::Handler),
            "generate" => Generate::read(parser)?.map(Command::Generate),
            "host" => Host::read(parser)?.map(Command::Host),
            "start" => Start::read(parser)?.map(Command::Start),
            "list" => List::read(parser)?.map(Command::List),
            "call" => Call::read(parser)?.map(Command::Call),
            "keys" => ShowKeys::read(parser)?.map(Command::Keys),
            "help" => Some(Command::Help(help::read(parser)?)),
            _ => Serve::read(parser)?.map(Command::Serve),
        };
        Ok(command.unwrap_or(Command::Help(Some(usage))))
    }

    fn run(self, app: App) -> Result<ExitCode, Error> {
        match &self {
            Command::Help(_) | Command::Version => {}
            Command::Handler(_) => telemetry::init(Console::Both)?,
            Command::Serve(Serve { listen }) | Command::Host(Host { listen, .. }) if !listen.json => {
                telemetry::init(Console::Both)?;
            }
            _ => telemetry::init(Console::Stderr)?,
        }
        match self {
            Command::Handler(handler) => run_async(handler.run(app)),
            Command::Serve(serve) => run_async(serve.run(app))?,
            Command::Generate(generate) => generate.run(&app),
            Command::Host(host) => run_async(host.run())?,
            Command::Start(start) => run_async(start.run(app))?,
            Command::List(list) => list.run(&app),
            Command::Call(call) => run_async(call.run(app))?,
            Command::Keys(show) => show.run(),
            Command::Help(usage) => {
                output::print(&help::text(usage));
                Ok(ExitCode::SUCCESS)
            }
            Command::Version => {
                output::print(&help::version(app.server.as_ref()));
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

fn run_async<T>(task: impl Future<Output = T>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::Runtime)?;
    Ok(runtime.block_on(task))
}

#[cfg(test)]
mod tests;
