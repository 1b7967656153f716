//! The app: its states and settings, and how it starts.

use crate::changes::Changes;
use crate::cli;
use crate::dynamic::{Dynamic, Icon};
use crate::function::BoxFuture;
use crate::http;
use crate::ids::{self, NoRandomNumbers};
use crate::invoke::{BLOCKING_THREADS, Functions, Threads};
use crate::params::{Shared, StateType, States};
use crate::principal::Trust;
use crate::registry::{Problem, Registry};
use crate::server::{self as mcp_server, About, STREAMS, Secret, SessionLimits};
use crate::tasks::{MemoryTasks, TaskStore};
use crate::telemetry::BadLevels;
use host_protocol::function_json::AuthLevel;
use std::error::Error as StdError;
use std::fmt::Display;
use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::SetOnce;

/// The app: all functions of the program, with what they share.
///
/// [`run`](crate::run) is enough for functions that share nothing and a server without a name.
///
/// ```no_run
/// use mcp_trigger::{App, ExitCode};
///
/// fn main() -> ExitCode {
///     App::new().server("snippets", env!("CARGO_PKG_VERSION")).instructions("Keep names short.").run()
/// }
/// ```
#[must_use = "an app does nothing until it is run"]
pub struct App {
    states: States,
    pub(crate) known_states: Vec<StateType>,
    state_inits: Vec<StateInit>,
    pub(crate) dynamic: Dynamic,
    pub(crate) server: Option<Server>,
    about: About,
    pub(crate) instructions: Option<String>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) body_limit: usize,
    /// `None` if functions run where they are called.
    pub(crate) blocking_threads: Option<usize>,
    sessions: Option<SessionLimits>,
    streams: usize,
    changes: Changes,
    tasks: Option<Arc<dyn TaskStore>>,
    page_size: usize,
    origins: Vec<String>,
    pub(crate) level: AuthLevel,
}

/// A state that takes its time.
type StateInit = Box<dyn FnOnce() -> BoxFuture<'static, Result<Insert, Error>> + Send>;
type Insert = Box<dyn FnOnce(&mut States) + Send>;

/// What the server is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Server {
    pub(crate) name: String,
    pub(crate) version: String,
}

impl Server {
    /// What the MCP extension calls a server that host.json gives no name.
    pub(crate) fn of_extension() -> Self {
        Server { name: "Azure Functions MCP server".to_owned(), version: "1.0.0".to_owned() }
    }
}

/// A little under the shortest limit the host has by default, five minutes.
const TIMEOUT: Duration = Duration::from_secs(290);
/// A panic of a function is caught, for the calls beside it; a profile can keep that from happening.
const PANICS_ABORT: &str = "the program is built with `panic = \"abort\"`, so the first panic of a function ends it with all other \
    calls; remove that line from the profile in Cargo.toml, and a panic fails only its own call";
/// Clients of today put what they list before a model, and few go on to a second page.
const PAGE_SIZE: usize = 500;

impl App {
    /// An app without states, with all functions that are linked into the program.
    pub fn new() -> Self {
        App {
            states: States::default(),
            known_states: Vec::new(),
            state_inits: Vec::new(),
            dynamic: Dynamic::default(),
            server: None,
            about: About::default(),
            instructions: None,
            timeout: Some(TIMEOUT),
            body_limit: http::BODY_LIMIT,
            blocking_threads: Some(BLOCKING_THREADS),
            sessions: None,
            streams: STREAMS,
            changes: Changes::default(),
            tasks: None,
            page_size: PAGE_SIZE,
            origins: Vec::new(),
            level: AuthLevel::default(),
        }
    }

    /// Gives the functions something to share: they ask for it with a parameter `State<T>`.
    pub fn state<T: Shared>(mut self, state: T) -> Self {
        self.known_states.push(StateType::of::<T>());
        self.states.insert(state);
        self
    }

    /// Like [`state`](App::state), for something that has to be fetched or connected first. It happens while the app starts;
    /// calls wait for it. If it fails, the app ends with its message.
    ///
    /// ```no_run
    /// # #[derive(Clone)] struct Pool;
    /// # async fn connect() -> Result<Pool, std::io::Error> { Ok(Pool) }
    /// # fn main() -> mcp_trigger::ExitCode {
    /// mcp_trigger::App::new().state_with(connect).run()
    /// # }
    /// ```
    pub fn state_with<T, E, F>(mut self, init: impl FnOnce() -> F + Send + 'static) -> Self
    where
        T: Shared,
        E: Into<Box<dyn StdError + Send + Sync>>,
        F: Future<Output = Result<T, E>> + Send + 'static,
    {
        let wanted = StateType::of::<T>();
        self.known_states.push(wanted);
        self.state_inits.push(Box::new(move || {
            Box::pin(async move {
                let state = init().await.map_err(|error| Error::State { name: wanted.name(), error: error.into() })?;
                Ok(Box::new(|states: &mut States| states.insert(state)) as Insert)
            })
        }));
        self
    }

    /// Names the server: clients show it.
    pub fn server(mut self, name: impl Into<String>, version: impl Into<String>) -> Self {
        self.server = Some(Server { name: name.into(), version: version.into() });
        self
    }

    /// The server's name for people. It and the next three are told at `/mcp`, to clients whose revision of MCP knows them.
    pub fn server_title(mut self, title: impl Into<String>) -> Self {
        self.about.title = Some(title.into());
        self
    }

    /// What the server is for.
    pub fn server_description(mut self, description: impl Into<String>) -> Self {
        self.about.description = Some(description.into());
        self
    }

    /// Where people read more of it: an address.
    pub fn website(mut self, url: impl Into<String>) -> Self {
        self.about.website = Some(url.into());
        self
    }

    /// One more picture of the server: an `https://` or a `data:` address, or all there is to say of an
    /// [`Icon`](crate::dynamic::Icon).
    pub fn server_icon(mut self, icon: impl Into<Icon>) -> Self {
        self.about.icons.push(icon.into());
        self
    }

    /// Tells models how to use the server's tools, all in all.
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.instructions = Some(instructions.into());
        self
    }

    /// How long a call may take whose function does not say it (`#[mcp_tool(timeout = "30s")]`); 290 seconds if nobody says it.
    /// Keep it under the host's `functionTimeout`: that one ends the whole process, with all other calls.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// How long the body of a request may be, in bytes; 100 MB if nothing is said, as with the host.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// How many calls may block at once, each on a thread of its own. Default: 256.
    ///
    /// A function need not be `async` to do what takes time: a query, a file, a computation. Other calls go on meanwhile, and a
    /// time limit is kept. A call for which no thread is free waits for one, within its time limit. A function that has always
    /// returned within microseconds needs no thread of its own, and one that is `async` only for the time in which it does not
    /// wait.
    pub fn max_blocking_threads(mut self, count: usize) -> Self {
        self.blocking_threads = Some(count.max(1));
        self
    }

    /// Gives clients of `/mcp` sessions, in the revisions of MCP that have them: no more than `count`, each forgotten when nobody
    /// has used it for `lifetime`. 0 is for none.
    ///
    /// With a session, functions can ask such clients ([`Context::elicit`](crate::Context::elicit)), send them log lines, and be
    /// cancelled; clients hear of [changes](App::changes), and find the answers that they missed when they lost a connection. A
    /// session lives in the memory of one instance. So behind the Functions host, which may send the next request to another,
    /// there are none if nothing is said; say it where there is one instance only, or a gateway that keeps a client with its
    /// instance. A program that is run by hand has them. Clients of 2026-07-28 need none for any of this but the answers that they
    /// missed.
    pub fn sessions(mut self, count: usize, lifetime: Duration) -> Self {
        self.sessions = Some(SessionLimits { count, lifetime });
        self
    }

    /// How many clients of `/mcp` may listen at once, on the streams of sessions and on subscriptions; 10 000 if nothing is said.
    /// Each keeps a connection open. More are answered with status 503.
    pub fn streams(mut self, count: usize) -> Self {
        self.streams = count;
        self
    }

    /// Tells the clients of `/mcp` that something has changed: for whatever notices that, while the app runs or before.
    ///
    /// ```no_run
    /// use mcp_trigger::App;
    /// use std::time::Duration;
    ///
    /// let app = App::new();
    /// let changes = app.changes();
    /// std::thread::spawn(move || {
    ///     loop {
    ///         std::thread::sleep(Duration::from_secs(60));
    ///         changes.resource("weather://now");
    ///     }
    /// });
    /// app.run();
    /// ```
    #[must_use]
    pub fn changes(&self) -> Changes {
        self.changes.clone()
    }

    /// Says where [tasks](crate::tasks) are kept; in the memory of the process if nothing is said. An app of several instances needs
    /// a store that they share: [`BlobTasks`](crate::tasks::BlobTasks), or one of its own.
    pub fn tasks(mut self, store: impl TaskStore + 'static) -> Self {
        self.tasks = Some(Arc::new(store));
        self
    }

    /// How many functions a page of a list holds at `/mcp`; 500 if nothing is said.
    pub fn page_size(mut self, functions: usize) -> Self {
        self.page_size = functions;
        self
    }

    /// Lets the pages of an origin, such as `https://inspector.example`, send requests to `/mcp` and read the answers; `*` is for
    /// all. Programs other than browsers send no origin. Without a word, pages of the app's own name may in Azure, and those of
    /// this machine to an app on this machine. There `Host.CORS` in local.settings.json allows more.
    ///
    /// A browser asks before it sends such a request, and shows no key when it does. So where the Functions host wants a key, the
    /// origin has to be named in the function app's own CORS settings too.
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Opens `/mcp` to everybody on Azure Functions, instead of to clients with a key of the function app: for App Service
    /// authentication, which asks before the app does, and for tools that are for everybody. `generate` writes it into the app's
    /// files. `/runtime/webhooks/mcp` has a setting of its own (`extensions.mcp.system.webhookAuthorizationLevel` in host.json).
    pub fn anonymous(mut self) -> Self {
        self.level = AuthLevel::Anonymous;
        self
    }

    /// Runs the app with the arguments of the command line: as custom handler if the Functions host has started it, else as
    /// its own local host, or what a subcommand says. `--help` tells them all.
    pub fn run(self) -> ExitCode {
        cli::main(self)
    }

    /// The same as [`run`](App::run), for a `main` that is `async` already and has a runtime of tokio's.
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
        cli::main_async(self).await
    }

    /// The functions of the app: those that are linked into the program, and those that it was given.
    pub(crate) fn registry(&self) -> Registry {
        Registry::collect(&self.dynamic)
    }

    /// The app as its files tell of it, without what it shares.
    pub(crate) fn outline(&self) -> App {
        App {
            known_states: self.known_states.clone(),
            dynamic: self.dynamic.clone(),
            server: self.server.clone(),
            instructions: self.instructions.clone(),
            level: self.level,
            ..App::new()
        }
    }

    /// What its server at `/mcp` is and may do; `sessions` is for an app that says nothing of them.
    pub(crate) fn mcp_settings(&self, sessions: Option<SessionLimits>) -> Result<mcp_server::Settings, Error> {
        Ok(mcp_server::Settings {
            server: self.server.clone(),
            about: self.about.clone(),
            instructions: self.instructions.clone(),
            sessions: self.sessions.or(sessions).filter(|limits| limits.count > 0),
            tasks: self.tasks.clone().unwrap_or_else(|| Arc::new(MemoryTasks::default())),
            secret: Secret::from_settings(&|name| std::env::var(name).ok())?,
            streams: self.streams,
            stream_lifetime: None,
            body_limit: self.body_limit,
            page_size: self.page_size,
            origins: self.origins.clone(),
            found_by_host: false,
            level: self.level,
        })
    }

    /// The functions, with what has still to be done until they can run.
    ///
    /// # Errors
    ///
    /// What is wrong with the functions as a whole.
    pub(crate) fn prepare(self) -> Result<(Arc<Functions>, impl Future<Output = Result<(), Error>>), Error> {
        // Every call has an id, and every session.
        ids::check()?;
        let registry = self.registry();
        let problems = registry.problems(&self.known_states);
        if !problems.is_empty() {
            return Err(Error::Functions(problems));
        }
        if cfg!(panic = "abort") {
            tracing::warn!("{PANICS_ABORT}");
        }
        let trust = Trust::from_setting(std::env::var_os(Trust::SETTING).as_deref());
        let (timeout, changes) = (self.timeout, self.changes);
        let threads = self.blocking_threads.map(Threads::new);
        let functions = Arc::new(Functions { registry, states: SetOnce::new(), timeout, trust, changes, threads });
        let ready = Arc::clone(&functions);
        let setup = async move {
            let mut states = self.states;
            for init in self.state_inits {
                init().await?(&mut states);
            }
            let _ = ready.states.set(Arc::new(states));
            // Whoever waits for a failure waits for ever.
            Ok(())
        };
        Ok((functions, setup))
    }
}

impl Default for App {
    /// [`App::new`].
    fn default() -> Self {
        App::new()
    }
}

/// Why the app does not start, or a command of its does not do what it should.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("cannot listen on {address}: {error}; {advice}")]
    Bind { address: String, error: io::Error, advice: &'static str },
    #[error("cannot set up the state {name}: {error}")]
    State { name: &'static str, error: Box<dyn StdError + Send + Sync> },
    #[error("{}", list(.0))]
    Functions(Vec<Problem>),
    /// The command line is not one of ours.
    #[error("{0}")]
    Usage(String),
    #[error("{path}: {error}")]
    File { path: String, error: io::Error },
    /// Something around the program is not as it has to be: a variable, a folder, a program that is missing.
    #[error("{0}")]
    Environment(String),
    /// The files of the app would not work, so none was written.
    #[error("nothing was written to {root}:{}", indent(.problems))]
    Refused { root: String, problems: Vec<String> },
    /// An invocation failed as such; the log says why.
    #[error("the call failed, as the log says; a client would read that an error occurred")]
    Call,
    #[error(transparent)]
    Levels(#[from] BadLevels),
    #[error(transparent)]
    Randomness(#[from] NoRandomNumbers),
    #[error("cannot start the threads that the functions run on: {0}")]
    Runtime(io::Error),
}

impl Error {
    /// What the program ends with. 2 for a wrong command line, as shells and most programs do.
    pub(crate) fn exit_code(&self) -> u8 {
        if matches!(self, Error::Usage(_)) { 2 } else { 1 }
    }
}

fn list(problems: &[Problem]) -> String {
    format!("the functions of the app do not go together:{}", indent(problems))
}

fn indent(lines: &[impl Display]) -> String {
    lines.iter().map(|line| format!("\n  {line}")).collect()
}

#[cfg(test)]
mod tests {
    use super::App;

    /// `..App::default()` and `#[derive(Default)]` around an app must not give one without limits, which refuses every body.
    #[test]
    fn the_default_app_is_a_new_one() {
        let limits = |app: &App| (app.timeout, app.body_limit, app.streams, app.page_size, app.level);
        assert_eq!(limits(&App::default()), limits(&App::new()));
        assert!(App::default().body_limit > 0);
    }
}
