//! `start`: apps on the local host, built anew and reloaded when their sources change.
//!
//! The app itself brings the local host and `generate`: this command builds the app, runs `generate`, and starts the command `host`
//! on a copy of the program. When a source changes, the app is built again; if that works, the files and the copy are replaced, and
//! `host --watch` restarts its handler. The host keeps its address meanwhile, and calls wait.

mod banner;
mod func;
mod host;
mod lines;
mod program;
mod session;
mod sources;

use crate::app::Place;
use crate::build::BuildOptions;
use crate::error::Error;
use crate::output;
use clap::Args;
use host::HostOptions;
use lines::Label;
use local_host::PORT;
use session::{Session, Stop};
use std::ffi::OsString;
use std::process::ExitCode;
use tokio::task::JoinSet;

/// Builds an app, runs it on a local host, and reloads it when its sources change.
///
/// The local host stands for the Functions host: it starts the app as its custom handler, with the same requests as in Azure. Calls
/// wait while the app is reloaded. If a build fails, the compiler says why, and the app goes on as it was.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  cargo mcp-trigger start
  cargo mcp-trigger start hello weather
  cargo mcp-trigger start --port 8080 --auth
  cargo mcp-trigger start --func -- --verbose")]
pub(crate) struct Start {
    /// The packages of the apps. Default: that of the current folder, or the only app of the workspace
    #[arg(value_name = "APP")]
    apps: Vec<String>,
    /// Has the Functions host hand all requests on to the app, which serves /mcp and nothing else. Without it an app keeps the form
    /// that it has
    #[arg(long)]
    self_hosted: bool,
    /// Runs `func start` of Azure Functions Core Tools instead of the local host. Sources are not watched
    #[arg(long, conflicts_with_all = ["address", "storage", "auth", "keys", "show_key", "open", "json"])]
    func: bool,
    /// Prints one line of JSON on standard output when an app is ready, and all else on standard error
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    host: HostOptions,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    build: BuildOptions,
    /// Arguments of `func start`
    #[arg(last = true, value_name = "ARGUMENTS", requires = "func", help_heading = "Arguments")]
    func_arguments: Vec<OsString>,
}

impl Start {
    /// Runs the apps until they are interrupted.
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let apps = self.place.find(&self.apps)?;
        if self.func {
            return match &*apps {
                [app] => func::run(&self, app),
                _ => {
                    Err(Error::usage("`--func` runs one app")
                        .next("start the others in other terminals, with `--port`"))
                }
            };
        }
        let ports = (0..).map(|number| self.host.port.unwrap_or(PORT).checked_add(number));
        let is_alone = apps.len() == 1;
        let width = apps.iter().map(|app| app.package.len()).max().unwrap_or_default();
        let sessions = apps.into_iter().zip(ports).enumerate().map(|(number, (app, port))| {
            let label = if is_alone { Label::default() } else { Label::new(&app.package, width, number) };
            // One app alone has the port of its local.settings.json, unless another is given; any free port is free for all.
            let port = if is_alone || self.host.port == Some(0) { self.host.port } else { port };
            Session::new(self.clone(), app, port, label)
        });
        let sessions: Vec<_> = sessions.collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Error::new("cannot start the apps").why(error))?;
        let code = runtime.block_on(run_all(sessions));
        // It does not wait for a look at the sources that is under way.
        runtime.shutdown_background();
        code
    }
}

/// Runs sessions until they are interrupted, or one of them ends.
async fn run_all(sessions: Vec<Session>) -> Result<ExitCode, Error> {
    let (interrupt, stop) = Stop::new();
    let mut running = JoinSet::new();
    for session in sessions {
        running.spawn(session.run(stop.clone()));
    }
    let mut outcome = Ok(ExitCode::SUCCESS);
    let mut interruptions = Interruptions::new()?;
    loop {
        tokio::select! {
            ended = running.join_next() => match ended {
                None => return outcome,
                Some(ended) => {
                    let ended = ended.unwrap_or_else(|error| Err(Error::new("an app cannot be run").why(error)));
                    // The others end with it; the first reason is the one to tell.
                    if !interrupt.is_wanted() {
                        outcome = ended;
                        interrupt.next();
                    }
                }
            },
            () = interruptions.next() => {
                if !interrupt.is_wanted() {
                    output::progress("Stopping", "running calls may finish; Ctrl-C again does not wait for them");
                }
                interrupt.next();
            }
        }
    }
}

/// Ctrl-C, and the wish of the system that the program ends.
struct Interruptions {
    #[cfg(unix)]
    signals: [tokio::signal::unix::Signal; 2],
}

impl Interruptions {
    #[cfg(unix)]
    fn new() -> Result<Self, Error> {
        use tokio::signal::unix::{SignalKind, signal};
        let signals = || Ok([signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?]);
        let signals = signals().map_err(|error: std::io::Error| Error::new("cannot wait for Ctrl-C").why(error))?;
        Ok(Interruptions { signals })
    }

    #[cfg(not(unix))]
    fn new() -> Result<Self, Error> {
        Ok(Interruptions {})
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        let [interrupt, terminate] = &mut self.signals;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
