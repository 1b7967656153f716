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
mod settings;
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
use settings::Surroundings;
use start::Start;
use std::ffi::{OsStr, OsString};
use std::io;
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::thread::available_parallelism;
use tokio::runtime::{Builder, Handle, Runtime};
use usage::Usage;

pub(crate) use handler::NO_INVOCATIONS;
pub(crate) use usage::program;

/// Runs what the command line says, on a runtime of its own.
pub(crate) fn main(app: App) -> ExitCode {
    let ran = match Handle::try_current() {
        Ok(_) => Err(Error::Environment(IN_A_RUNTIME.to_owned())),
        Err(_) => runtime(&app).map_err(Error::Runtime).map(|runtime| {
            let code = runtime.block_on(main_async(app));
            // A function that still blocks a thread keeps nobody.
            runtime.shutdown_background();
            code
        }),
    };
    ran.unwrap_or_else(failed)
}

/// Runs what the command line says, on the current runtime.
pub(crate) async fn main_async(app: App) -> ExitCode {
    let ran = match Command::read(Parser::from_env(), std::env::var_os(handler::PORT)) {
        Ok(command) => command.run(app).await,
        Err(error) => Err(error),
    };
    telemetry::flush();
    ran.unwrap_or_else(failed)
}

const IN_A_RUNTIME: &str = "`run` starts a runtime, and was called inside of one, as in an `async fn main` with `#[tokio::main]`; \
    write `App::new().run_async().await` there, or make `main` an ordinary function";

fn failed(error: Error) -> ExitCode {
    output::complain(&format!("error: {error}"));
    ExitCode::from(error.exit_code())
}

/// A runtime with a worker thread for each processor, and at least two: should a function stall one of them, the other carries the
/// connections (`invoke::threads`).
fn runtime(app: &App) -> io::Result<Runtime> {
    let mut builder = Builder::new_multi_thread();
    if available_parallelism().is_ok_and(|processors| processors.get() < 2) {
        builder.worker_threads(2);
    }
    // What else blocks, like the look-up of a host name, has threads besides.
    builder.max_blocking_threads(app.blocking_threads.unwrap_or_default().saturating_add(OTHER_BLOCKING_THREADS));
    builder.enable_all().build()
}

/// tokio's own limit.
const OTHER_BLOCKING_THREADS: usize = 512;

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

    async fn run(self, app: App) -> Result<ExitCode, Error> {
        telemetry::log_panics();
        match &self {
            Command::Help(_) | Command::Version => {}
            Command::Handler(_) => telemetry::init(Console::Both)?,
            Command::Serve(Serve { listen }) | Command::Host(Host { listen, .. }) if !listen.json => {
                telemetry::init(Console::Both)?;
            }
            _ => telemetry::init(Console::Stderr)?,
        }
        match self {
            Command::Handler(handler) => Ok(handler.run(app).await),
            Command::Serve(serve) => match settings::enter().await? {
                ControlFlow::Continue(Surroundings { root, settings }) => {
                    serve.run(app, root.as_ref(), &settings).await
                }
                ControlFlow::Break(code) => Ok(code),
            },
            Command::Generate(generate) => generate.run(&app),
            Command::Host(host) => host.run().await,
            Command::Start(start) => start.run(app).await,
            Command::List(list) => list.run(&app),
            Command::Call(call) => match settings::enter().await? {
                ControlFlow::Continue(Surroundings { settings, .. }) => call.run(app, &settings).await,
                ControlFlow::Break(code) => Ok(code),
            },
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

#[cfg(test)]
mod tests;
