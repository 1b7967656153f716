//! The app: its functions, its states, its options, and how it starts.

mod error;
mod functions;
mod mcp_options;

pub(crate) use error::Error;
pub use mcp_options::McpOptions;

use crate::function::BoxFuture;
use crate::function::changes::Changes;
use crate::function::dynamic::Dynamic;
use crate::function::params::{Shared, StateType, States};
use crate::function::principal::Trust;
use crate::identity::ServerInfo;
use crate::invoke::{BLOCKING_THREADS, Functions, Threads};
use crate::registry::Registry;
use crate::server::{self as mcp_server, Secret, SessionLimits};
use crate::tasks::MemoryTasks;
use mcp_trigger_core::http;
use mcp_trigger_core::ids;
use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::SetOnce;

/// The app: all functions of the program, with what they share.
///
/// [`run`](crate::run) is enough for functions that share nothing and a server without a name.
///
/// ```no_run
/// use mcp_trigger::{App, ExitCode, ServerInfo};
///
/// fn main() -> ExitCode {
///     let server = ServerInfo::new("snippets", env!("CARGO_PKG_VERSION"));
///     App::new().server(server).instructions("Keep names short.").run()
/// }
/// ```
#[must_use = "an app does nothing until it is run"]
pub struct App {
    states: States,
    pub(crate) known_states: Vec<StateType>,
    state_inits: Vec<StateInit>,
    pub(crate) dynamic: Dynamic,
    pub(crate) server: Option<ServerInfo>,
    pub(crate) instructions: Option<String>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) body_limit: usize,
    /// `None` if functions run where they are called.
    pub(crate) blocking_threads: Option<usize>,
    changes: Changes,
    pub(crate) mcp: McpOptions,
}

/// A state that takes its time.
type StateInit = Box<dyn FnOnce() -> BoxFuture<'static, Result<Insert, Error>> + Send>;
type Insert = Box<dyn FnOnce(&mut States) + Send>;

/// A little under the shortest limit the host has by default, five minutes.
const TIMEOUT: Duration = Duration::from_secs(290);
/// A panic of a function is caught, for the calls beside it; a profile can keep that from happening.
const PANICS_ABORT: &str = "the program is built with `panic = \"abort\"`, so the first panic of a function ends it with all other \
    calls; remove that line from the profile in Cargo.toml, and a panic fails only its own call";

impl App {
    /// An app without states, with all functions that are linked into the program.
    pub fn new() -> Self {
        App {
            states: States::default(),
            known_states: Vec::new(),
            state_inits: Vec::new(),
            dynamic: Dynamic::default(),
            server: None,
            instructions: None,
            timeout: Some(TIMEOUT),
            body_limit: http::BODY_LIMIT,
            blocking_threads: Some(BLOCKING_THREADS),
            changes: Changes::default(),
            mcp: McpOptions::new(),
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
                let state = init().await.map_err(|error| Error::State { name: wanted.name(), source: error.into() })?;
                Ok(Box::new(|states: &mut States| states.insert(state)) as Insert)
            })
        }));
        self
    }

    /// Names the server. Default: the name of the program, and at the runtime endpoint the extension's own.
    pub fn server(mut self, server: ServerInfo) -> Self {
        self.server = Some(server);
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

    /// Sets the options of the server at `/mcp`.
    pub fn mcp(mut self, options: McpOptions) -> Self {
        self.mcp = options;
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
            mcp: McpOptions::new().level(self.mcp.level),
            ..App::new()
        }
    }

    /// What its server at `/mcp` is and may do; `sessions` is for an app that says nothing of them.
    pub(crate) fn mcp_settings(&self, sessions: Option<SessionLimits>) -> Result<mcp_server::Settings, Error> {
        let McpOptions { sessions: limits, streams, tasks, page_size, origins, level } = self.mcp.clone();
        Ok(mcp_server::Settings {
            server: self.server.clone(),
            instructions: self.instructions.clone(),
            sessions: limits.or(sessions).filter(|limits| limits.count > 0),
            tasks: tasks.unwrap_or_else(|| Arc::new(MemoryTasks::default())),
            secret: Secret::from_settings(&|name| std::env::var(name).ok())?,
            streams,
            stream_lifetime: None,
            body_limit: self.body_limit,
            page_size,
            origins,
            found_by_host: false,
            level,
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

#[cfg(test)]
mod tests {
    use super::App;

    /// `..App::default()` and `#[derive(Default)]` around an app must not give one without limits, which refuses every body.
    #[test]
    fn the_default_app_is_a_new_one() {
        let limits = |app: &App| (app.timeout, app.body_limit, format!("{:?}", app.mcp));
        assert_eq!(limits(&App::default()), limits(&App::new()));
        assert!(App::default().body_limit > 0);
    }
}
