//! The command line of an app. Started by the Functions host, the binary is a custom handler. Started by hand, it is its own local
//! host, and has a few more commands.

mod handler;
mod help;
#[cfg(feature = "local")]
mod local;
mod output;
mod usage;
#[cfg(feature = "worker")]
mod worker;

use crate::app::{App, Error};
use handler::Handler;
use lexopt::Parser;
use mcp_trigger_core::telemetry::{self, Console};
use std::ffi::{OsStr, OsString};
use std::io;
use std::process::ExitCode;
use std::thread::available_parallelism;
use tokio::runtime::{Builder, Handle, Runtime};
use usage::Usage;

impl App {
    /// Runs the app with the arguments of the command line: the given command, or without a command the custom handler if the
    /// Functions host has started the program, else the local host. `--help` lists the commands.
    pub fn run(self) -> ExitCode {
        main(self)
    }

    /// Like [`run`](App::run), for an `async` `main` with a tokio runtime of its own.
    ///
    /// ```no_run
    /// use mcp_trigger::{App, ExitCode};
    ///
    /// #[tokio::main]
    /// async fn main() -> ExitCode {
    ///     App::new().run_async().await
    /// }
    /// ```
    ///
    /// The runtime should have several threads, as that of `#[tokio::main]` has: on a single one every call of a function goes to
    /// another thread and back.
    pub async fn run_async(self) -> ExitCode {
        main_async(self).await
    }
}

/// Runs the command of the command line, on a runtime of its own.
fn main(app: App) -> ExitCode {
    let ran = match Handle::try_current() {
        Ok(_) => Err(Error::Environment(IN_A_RUNTIME.to_owned())),
        Err(_) => runtime(&app).map_err(Error::Runtime).map(|runtime| {
            let code = runtime.block_on(main_async(app));
            // The program does not wait for functions that still block a thread.
            runtime.shutdown_background();
            code
        }),
    };
    ran.unwrap_or_else(failed)
}

/// Runs the command of the command line, on the current runtime.
async fn main_async(app: App) -> ExitCode {
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
    // Other blocking work, such as the look-up of a host name, has threads of its own.
    builder.max_blocking_threads(app.blocking_threads.unwrap_or_default().saturating_add(OTHER_BLOCKING_THREADS));
    builder.enable_all().build()
}

/// tokio's own limit.
const OTHER_BLOCKING_THREADS: usize = 512;

/// The message of a program without the feature `local` that was started by hand.
#[cfg(not(feature = "local"))]
const WITHOUT_LOCAL: &str = "it was built without the feature `local` of mcp-trigger, for a Functions host; build it with \
    the feature to have the local host and all commands, as `cargo run` does by default";

/// A command of the program, with its options.
#[derive(Debug, PartialEq, Eq)]
enum Command {
    Handler(Handler),
    #[cfg(feature = "worker")]
    Worker(crate::worker::Start),
    Help(Option<&'static Usage>),
    Version,
    #[cfg(feature = "local")]
    Local(local::Command),
}

impl Command {
    /// Reads the command line. Without a command, `handler_port` decides: the Functions host sets it, so the command is `handler`;
    /// else it is the default command.
    fn read(mut parser: Parser, handler_port: Option<OsString>) -> Result<Self, Error> {
        #[cfg(feature = "worker")]
        if let Some(arguments) = parser.try_raw_args()
            && let Some(start) = worker::read(arguments.as_slice())?
        {
            return Ok(Command::Worker(start));
        }
        let first = parser.try_raw_args().and_then(|arguments| arguments.peek().map(OsStr::to_owned));
        let first = first.as_deref().map(OsStr::to_string_lossy).unwrap_or_default();
        let usage = match &*first {
            "--help" | "-h" => return Ok(Command::Help(None)),
            "--version" | "-V" => return Ok(Command::Version),
            option if option.is_empty() || option.starts_with('-') => match &handler_port {
                Some(_) => &handler::USAGE,
                None => by_hand()?,
            },
            command => {
                let usage = Usage::of_command(command)?;
                let _ = parser.value();
                usage
            }
        };
        let command = match usage.command {
            "handler" => Handler::read(&mut parser, handler_port.as_deref())?.map(Command::Handler),
            "help" => Some(Command::Help(help::read(&mut parser)?)),
            #[cfg(feature = "local")]
            _ => local::Command::read(usage, &mut parser)?.map(Command::Local),
            #[cfg(not(feature = "local"))]
            _ => None,
        };
        Ok(command.unwrap_or(Command::Help(Some(usage))))
    }

    async fn run(self, app: App) -> Result<ExitCode, Error> {
        telemetry::log_panics();
        match self {
            Command::Handler(handler) => {
                init_telemetry(&app, Console::Both)?;
                Ok(handler.run(app).await)
            }
            #[cfg(feature = "worker")]
            Command::Worker(start) => {
                init_telemetry(&app, Console::Both)?;
                Ok(crate::worker::run(app, start).await)
            }
            Command::Help(usage) => {
                output::print(&help::text(usage));
                Ok(ExitCode::SUCCESS)
            }
            Command::Version => {
                output::print(&help::version(app.server.as_ref()));
                Ok(ExitCode::SUCCESS)
            }
            #[cfg(feature = "local")]
            Command::Local(command) => command.run(app).await,
        }
    }
}

/// Sets up the log, and with the feature `otel` the export of traces and metrics, for commands that call functions in this process.
fn init_telemetry(app: &App, console: Console) -> Result<(), Error> {
    #[cfg(feature = "otel")]
    telemetry::init_with_export(console, &service(app))?;
    #[cfg(not(feature = "otel"))]
    let _ = (app, telemetry::init(console)?);
    Ok(())
}

/// The service that traces and metrics are of.
#[cfg(feature = "otel")]
fn service(app: &App) -> telemetry::otel::Service {
    let server = app.server.as_ref();
    telemetry::otel::Service {
        name: server.map_or_else(crate::identity::program, |server| server.name.clone()),
        version: server.map(|server| server.version.clone()),
    }
}

/// The command of a line without one, when no Functions host has started the program.
#[cfg(feature = "local")]
fn by_hand() -> Result<&'static Usage, Error> {
    Ok(local::DEFAULT)
}

#[cfg(not(feature = "local"))]
fn by_hand() -> Result<&'static Usage, Error> {
    Err(Error::Environment(format!("this program cannot run by itself: {WITHOUT_LOCAL}")))
}
