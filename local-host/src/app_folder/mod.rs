//! [`AppFolder`]: the folder of a function app, with its host.json, local.settings.json, and a function.json in each
//! folder below.

mod command;
mod configuration;
mod host_json_reader;
mod overrides;
mod read;
mod watch;
mod webhook_authorization;

pub use watch::{FolderChange, FolderWatch};

pub(crate) use command::HandlerCommand;
pub(crate) use configuration::HandlerDescription;
pub(crate) use read::{place, set_by};

use crate::endpoint::{Implementation, is_mcp};
use crate::host::LocalHost;
use crate::http_trigger::Forward;
use crate::invoker::Invoker;
use crate::settings::Settings;
use configuration::HostConfiguration;
use host_protocol::app_folder::{BUNDLE, BUNDLE_VERSION, EXTENSIONS, FUNCTION_JSON, HOST_JSON, LOCAL_SETTINGS};
use host_protocol::function_json::{FunctionJson, HTTP_TRIGGER};
use host_protocol::http_trigger::{HttpFunction, RequestPath, RouteTable};
use std::fmt::{self, Display};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A function app, as its folder describes it.
///
/// ```no_run
/// use local_host::AppFolder;
/// use std::path::Path;
///
/// # fn example() -> Result<(), local_host::AppError> {
/// let app = AppFolder::read(Path::new("my-app"), std::env::vars_os())?;
/// for (name, _) in app.functions() {
///     println!("{name}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct AppFolder {
    /// The absolute path of the folder.
    root: PathBuf,
    pub(crate) settings: Settings,
    pub(crate) configuration: HostConfiguration,
    functions: Vec<(String, FunctionJson)>,
    not_run: Vec<NotRun>,
    warnings: Vec<String>,
    session_key: Option<[u8; 32]>,
}

/// A function that the local host does not run.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NotRun {
    /// The name of the function.
    pub function: String,
    /// The reason, with the member to change.
    pub reason: String,
}

impl NotRun {
    /// A function that is not run, and the reason.
    pub fn new(function: impl Into<String>, reason: impl Into<String>) -> Self {
        NotRun { function: function.into(), reason: reason.into() }
    }
}

/// The problems that keep an app from starting, a line each: what, why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppError(Vec<String>);

impl AppError {
    /// An error of one problem.
    pub fn new(problem: impl Into<String>) -> Self {
        AppError(vec![problem.into()])
    }
}

impl Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for AppError {}

impl AppFolder {
    /// Whether host.json opens the endpoint to clients without a key, with the level `Anonymous`
    /// (`extensions.mcp.system.webhookAuthorizationLevel`).
    ///
    /// # Errors
    ///
    /// If the level is neither `System` nor `Anonymous`.
    pub fn opens_endpoint(&self) -> Result<bool, AppError> {
        webhook_authorization::is_anonymous(self.configuration.mcp.webhook_authorization_level.as_ref(), &self.settings)
    }

    /// Whether the host.json of a folder opens the endpoint to clients without a key, as
    /// [`opens_endpoint`](AppFolder::opens_endpoint) tells it of an app. Without the file, the app settings decide.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or the level is neither `System` nor `Anonymous`.
    pub fn host_json_opens_endpoint(root: Option<&Path>, settings: &Settings) -> Result<bool, AppError> {
        webhook_authorization::of_folder(root, settings)
    }

    /// The first segments of the routes of all functions with an HTTP trigger.
    pub fn route_prefix(&self) -> &str {
        &self.configuration.http.route_prefix
    }

    /// Whether a function with an HTTP trigger has a route to a path.
    pub fn has_route_to(&self, path: &str) -> bool {
        let read = |(name, file): &(String, FunctionJson)| HttpFunction::read(name, file)?.ok();
        let functions: Vec<_> = self.functions.iter().filter_map(read).collect();
        let (routes, _) = RouteTable::new(functions.iter().map(|function| (self.route_prefix(), function)));
        routes.find("POST", &RequestPath::parse(path)).is_some()
    }

    /// The functions that the Functions host would load, sorted by name, each with its function.json. Routes in
    /// host.json count as functions.
    pub fn functions(&self) -> &[(String, FunctionJson)] {
        &self.functions
    }

    /// The functions that are not run, and why. Functions with a trigger that the local host does not have are among
    /// [`functions`](AppFolder::functions) as well; functions in error are not.
    pub fn not_run(&self) -> &[NotRun] {
        &self.not_run
    }

    /// The warnings about the files of the app.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// A local host of the app, with the settings of its files. `handler` runs the functions.
    pub fn local_host(&self, handler: Arc<impl Invoker + Forward + 'static>) -> LocalHost {
        let HostConfiguration { mcp, http, .. } = &self.configuration;
        let mut host = LocalHost::with_settings(self.functions.clone(), handler.clone(), &|name| self.setting(name));
        host = host.route_prefix(&http.route_prefix);
        if let Some(forwarding) = http.forwarding {
            host = host.forward(handler, forwarding);
        }
        host = host.server(&mcp.server.name, &mcp.server.version);
        if let Some(instructions) = &mcp.instructions {
            host = host.instructions(instructions);
        }
        if mcp.use_absolute_uri_for_endpoint {
            host = host.absolute_message_uris();
        }
        let host = host.cors(self.settings.origins(), self.settings.credentials());
        match self.session_key {
            Some(key) => host.signed_session_ids(key),
            None => host,
        }
    }

    /// An app setting: a variable of the environment, or a value of local.settings.json.
    pub fn setting(&self, name: &str) -> Option<String> {
        self.settings.get(name)
    }

    /// All app settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The reasons why `func start` of Core Tools would refuse the app, which runs here.
    pub fn refused_by_func(&self) -> Vec<String> {
        let triggers = || self.functions.iter().filter_map(|(_, file)| file.trigger());
        let mut refused = self.settings.refused_by_func(triggers().any(|trigger| !trigger.is(HTTP_TRIGGER)));
        let has_mcp = self.functions.iter().any(|(_, file)| is_mcp(file));
        if has_mcp && !self.configuration.has_bundle && !self.root.join(EXTENSIONS).is_file() {
            refused.push(format!(
                "host.json: extensionBundle is missing, and so is {EXTENSIONS}, so the Functions host knows no MCP triggers and runs \
                 none of these functions; add \"extensionBundle\": {{\"id\": \"{BUNDLE}\", \"version\": \"{BUNDLE_VERSION}\"}}"
            ));
        }
        refused
    }

    /// The name of the server for lists of servers: that in host.json, or else that of the folder.
    pub fn name(&self) -> String {
        let Implementation { name, .. } = &self.configuration.mcp.server;
        let folder = || self.root.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.is_empty() || *name == Implementation::default().name { folder() } else { name.clone() }
    }

    /// The absolute path of the folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The files that are started: the executable, and arguments that name files, as those of interpreters do.
    pub fn executables(&self) -> Vec<PathBuf> {
        let HandlerCommand { program, arguments, folder } =
            HandlerCommand::new(&self.configuration.description, &self.root, &|name| self.setting(name));
        let arguments = arguments.into_iter().map(|argument| folder.join(argument)).filter(|file| file.is_file());
        // A missing executable may be built later.
        [self.root.join(program)].into_iter().chain(arguments).collect()
    }

    /// The existing files that describe the app.
    pub(crate) fn files(root: &Path) -> Vec<PathBuf> {
        let functions =
            AppFolder::subfolders(root).unwrap_or_default().into_iter().map(|name| root.join(name).join(FUNCTION_JSON));
        let files = [root.join(HOST_JSON), root.join(LOCAL_SETTINGS)].into_iter().chain(functions);
        files.filter(|file| file.is_file()).collect()
    }
}

#[cfg(test)]
mod tests;
