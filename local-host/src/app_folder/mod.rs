//! The folder of a function app: host.json, local.settings.json, and a function.json in each folder below it.

mod command;
mod configuration;
mod host_json_reader;
mod overrides;
mod read;
mod watch;
mod webhook_authorization;

pub use read::subfolders;
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
#[derive(Debug)]
pub struct AppFolder {
    /// Absolute.
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
pub struct NotRun {
    /// Its name.
    pub function: String,
    /// Why.
    pub reason: String,
}

/// Why an app does not start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppError(Vec<String>);

impl AppError {
    pub(crate) fn new(problem: impl Into<String>) -> Self {
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
    /// Whether host.json opens the endpoint to clients without a key (`extensions.mcp.system.webhookAuthorizationLevel`).
    ///
    /// # Errors
    ///
    /// If the level is neither `System` nor `Anonymous`: an endpoint is not opened by mistake.
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

    /// What stands before the routes of functions with an HTTP trigger.
    pub fn route_prefix(&self) -> &str {
        &self.configuration.http.route_prefix
    }

    /// Whether a function with an HTTP trigger answers at a path.
    pub fn has_route_to(&self, path: &str) -> bool {
        let read = |(name, file): &(String, FunctionJson)| HttpFunction::read(name, file)?.ok();
        let functions: Vec<_> = self.functions.iter().filter_map(read).collect();
        let (routes, _) = RouteTable::new(functions.iter().map(|function| (self.route_prefix(), function)));
        routes.find("POST", &RequestPath::parse(path)).is_some()
    }

    /// The functions that the Functions host would load, routes of host.json among them, with their function.json, in the order of their names.
    pub fn functions(&self) -> &[(String, FunctionJson)] {
        &self.functions
    }

    /// The functions that are there and are not run, and why: because they are in error, or because their trigger is of a kind
    /// that the local host does not have. The latter are among [`functions`](AppFolder::functions) as well.
    pub fn not_run(&self) -> &[NotRun] {
        &self.not_run
    }

    /// What somebody should know of the files.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// A local host of the app, whose functions run in this handler, with all that its files say.
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

    /// An app setting: a variable that is set, or one of local.settings.json.
    pub fn setting(&self, name: &str) -> Option<String> {
        self.settings.get(name)
    }

    /// All app settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Why `func start` would not run the app, which runs here.
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

    /// What the server is called in a list of servers: as host.json says, else as its folder.
    pub fn name(&self) -> String {
        let Implementation { name, .. } = &self.configuration.mcp.server;
        let folder = || self.root.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.is_empty() || *name == Implementation::default().name { folder() } else { name.clone() }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The files that are started: the executable, and arguments that are files, as those of interpreters.
    pub fn executables(&self) -> Vec<PathBuf> {
        let HandlerCommand { program, arguments, folder } =
            HandlerCommand::new(&self.configuration.description, &self.root, &|name| self.setting(name));
        let arguments = arguments.into_iter().map(|argument| folder.join(argument)).filter(|file| file.is_file());
        // One that is not there yet may come.
        [self.root.join(program)].into_iter().chain(arguments).collect()
    }

    /// The files that describe the app, as far as they are there.
    pub fn files(root: &Path) -> Vec<PathBuf> {
        let functions =
            subfolders(root).unwrap_or_default().into_iter().map(|name| root.join(name).join(FUNCTION_JSON));
        let files = [root.join(HOST_JSON), root.join(LOCAL_SETTINGS)].into_iter().chain(functions);
        files.filter(|file| file.is_file()).collect()
    }
}

#[cfg(test)]
mod tests;
