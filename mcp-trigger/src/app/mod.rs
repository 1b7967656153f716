//! The app: its functions, its states, its options, and how it starts.

mod authentication;
mod error;
mod functions;
mod mcp_options;

pub use authentication::Authentication;
pub(crate) use error::Error;
pub use mcp_options::McpOptions;

use crate::function::BoxFuture;
use crate::function::changes::Changes;
use crate::function::dynamic::Dynamic;
use crate::function::layer::{Layer, Layers};
use crate::function::params::{Shared, StateType, States};
use crate::function::principal::Trust;
use crate::identity::ServerInfo;
use crate::invoke::{BLOCKING_THREADS, Functions, Threads};
use crate::registry::Registry;
use crate::server::{self as mcp_server, Secret, SessionLimits};
use crate::tasks::MemoryTasks;
use host_protocol::function_json::AuthLevel;
use mcp_trigger_core::accounts::Accounts;
use mcp_trigger_core::auth::Gate;
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
    layers: Vec<Arc<dyn Layer>>,
    pub(crate) mcp: McpOptions,
    pub(crate) authentication: Option<Authentication>,
    /// Whether to believe headers that say who calls. `None`: as the platform says.
    pub(crate) trust: Option<Trust>,
}

/// A state that is set up while the app starts.
type StateInit = Box<dyn FnOnce() -> BoxFuture<'static, Result<Insert, Error>> + Send>;
type Insert = Box<dyn FnOnce(&mut States) + Send>;

/// A little under the shortest limit the host has by default, five minutes.
const TIMEOUT: Duration = Duration::from_secs(290);
/// A panic of a function is caught, for the calls beside it; a profile can keep that from happening.
const PANICS_ABORT: &str = "the program is built with `panic = \"abort\"`, so the first panic of a function ends it with all other \
    calls; remove that line from the profile in Cargo.toml, and a panic fails only its own call";

impl App {
    /// An app with all functions that are linked into the program, without states.
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
            layers: Vec::new(),
            mcp: McpOptions::new(),
            authentication: None,
            trust: None,
        }
    }

    /// Adds a state that all functions share: a function takes it with a parameter [`State<T>`](crate::State).
    pub fn state<T: Shared>(mut self, state: T) -> Self {
        self.known_states.push(StateType::of::<T>());
        self.states.insert(state);
        self
    }

    /// Adds a state that has to be fetched or connected first. `init` runs while the app starts, and calls wait for it. If `init`
    /// fails, the app ends with the message of its error.
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

    /// Adds a layer: code that runs around every call of a function, which other frameworks call middleware. The layer that was added
    /// first is the outermost.
    pub fn layer(mut self, layer: impl Layer) -> Self {
        self.layers.push(Arc::new(layer));
        self
    }

    /// Names the server. Default: the name of the program, and at the runtime endpoint the extension's own.
    pub fn server(mut self, server: ServerInfo) -> Self {
        self.server = Some(server);
        self
    }

    /// Sets the instructions of the server: text that tells models how to use its tools together (MCP: `instructions`).
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.instructions = Some(instructions.into());
        self
    }

    /// Limits the time of a call. Default: 290 s. A function may have a limit of its own (`#[mcp_tool(timeout = "30s")]`). Keep
    /// both under the host's `functionTimeout`, which ends the whole process with all its calls.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// Sets the options of the server at `/mcp`.
    pub fn mcp(mut self, options: McpOptions) -> Self {
        self.mcp = options;
        if self.authentication.is_some() {
            self.mcp = self.mcp.level(AuthLevel::Anonymous);
        }
        self
    }

    /// Lets clients in that have signed in, instead of those that have a key: `generate` opens the functions for them. Default: a key of
    /// the function app is needed.
    pub fn authentication(mut self, authentication: impl Into<Authentication>) -> Self {
        self.mcp = self.mcp.level(AuthLevel::Anonymous);
        self.authentication = Some(authentication.into());
        self
    }

    /// Limits the body of a request, in bytes. Default: 100 MB, the limit of the Functions host.
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Limits how many calls may block at once, each on a thread of its own. Default: 256.
    ///
    /// A function need not be `async` to read a file, run a query or compute for a long time. Other calls go on meanwhile, and a
    /// time limit is kept. A call for which no thread is free waits for one, within its time limit. A function that has always
    /// returned within microseconds needs no thread of its own, and one that is `async` only for the time in which it does not
    /// wait.
    pub fn max_blocking_threads(mut self, count: usize) -> Self {
        self.blocking_threads = Some(count.max(1));
        self
    }

    /// A handle for code outside of functions that tells the clients of `/mcp` about changes, before and while the app runs.
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

    /// The functions that are linked into the program, and those that were added to the app.
    pub(crate) fn registry(&self) -> Registry {
        Registry::collect(&self.dynamic)
    }

    /// A copy of the app without its states, for the generation of its files.
    pub(crate) fn outline(&self) -> App {
        App {
            known_states: self.known_states.clone(),
            dynamic: self.dynamic.clone(),
            server: self.server.clone(),
            instructions: self.instructions.clone(),
            mcp: McpOptions::new().level(self.mcp.level),
            authentication: self.authentication.clone(),
            ..App::new()
        }
    }

    /// Limits the connections to the file handles of the process, for an app that clients connect to themselves.
    #[cfg(feature = "local")]
    pub(crate) fn within_file_handles(mut self) -> Self {
        self.mcp.limits = self.mcp.limits.within_file_handles(1);
        self
    }

    /// The settings of the server at `/mcp`. `sessions` are the limits for an app that sets none.
    pub(crate) fn mcp_settings(&self, sessions: Option<SessionLimits>) -> Result<mcp_server::Settings, Error> {
        let McpOptions { sessions: asked, body_limit, mut limits, tasks, page_size, origins, level } = self.mcp.clone();
        let sessions = asked.or(sessions).filter(|sessions| sessions.count > 0);
        limits.sessions = sessions.map_or(0, |sessions| sessions.count);
        limits.threads = self.blocking_threads.unwrap_or(BLOCKING_THREADS);
        Ok(mcp_server::Settings {
            server: self.server.clone(),
            instructions: self.instructions.clone(),
            sessions,
            tasks: tasks.unwrap_or_else(|| Arc::new(MemoryTasks::default())),
            secret: Secret::from_settings(&|name| std::env::var(name).ok())?,
            accounts: Accounts::new(limits),
            stream_lifetime: None,
            body_limit: self.body_limit.min(body_limit),
            page_size,
            origins,
            found_by_host: false,
            level,
            gate: None,
        })
    }

    /// The gate for tokens that the app validates itself. `name` is the name by which clients find the app, where the platform tells it.
    ///
    /// # Errors
    ///
    /// If the settings of the tokens are wrong.
    #[cfg_attr(not(feature = "auth"), allow(clippy::unnecessary_wraps, unused_variables))]
    pub(crate) fn gate(&self, name: Option<&str>) -> Result<Option<Arc<Gate>>, Error> {
        match &self.authentication {
            #[cfg(feature = "auth")]
            Some(Authentication::Tokens(validation)) => {
                let origin = name.filter(|name| !http::is_local_authority(name)).map(|name| format!("https://{name}"));
                Ok(Some(Arc::new(Gate::new(validation.clone(), origin).map_err(Error::Environment)?)))
            }
            _ => Ok(None),
        }
    }

    /// The functions, and a future that sets up the states. Calls wait until the future is done.
    ///
    /// # Errors
    ///
    /// If the functions of the app conflict, or need a state that the app does not have.
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
        let trust = self.trust.unwrap_or_else(|| Trust::from_setting(std::env::var_os(Trust::SETTING).as_deref()));
        // App Service may be told to let requests through whose senders have not signed in.
        let sign_in = self.authentication == Some(Authentication::BuiltIn) && trust == Trust::Believed;
        let (timeout, changes) = (self.timeout, self.changes);
        let (threads, layers) = (self.blocking_threads.map(Threads::new), Layers::new(self.layers));
        let functions =
            Arc::new(Functions { registry, states: SetOnce::new(), timeout, trust, sign_in, changes, threads, layers });
        let ready = Arc::clone(&functions);
        let setup = async move {
            let mut states = self.states;
            for init in self.state_inits {
                init().await?(&mut states);
            }
            let _ = ready.states.set(Arc::new(states));
            // A call that waits for the states of an app that failed to start waits for ever.
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
