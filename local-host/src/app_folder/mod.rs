//! The folder of a function app: host.json, local.settings.json, and a function.json in each folder below it.

mod command;
mod configuration;
mod members;
mod overrides;
mod watch;

pub use watch::{Change, Watch};

pub(crate) use command::Command;
pub(crate) use configuration::Description;

use crate::endpoint::{Implementation, is_mcp};
use crate::host::LocalHost;
use crate::http_trigger::Forward;
use crate::invoker::Invoker;
use crate::settings::Settings;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use configuration::Configuration;
use host_protocol::app_folder::{
    BUNDLE, BUNDLE_VERSION, CORE_TOOLS_VARIABLE, EXTENSIONS, FUNCTION_JSON, HOST_JSON, LOCAL_SETTINGS,
};
use host_protocol::file_text;
use host_protocol::function_json::{FunctionJson, HTTP_TRIGGER, routed_functions};
use host_protocol::host_json::HostJson;
use host_protocol::http_trigger::{HttpFunction, RequestPath, RouteTable};
use host_protocol::local_settings::LocalSettings;
use host_protocol::validate::{self, Severity};
use std::ffi::OsString;
use std::fmt::{self, Display};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A function app, as its folder describes it.
#[derive(Debug)]
pub struct AppFolder {
    /// Absolute.
    root: PathBuf,
    pub(crate) settings: Settings,
    pub(crate) configuration: Configuration,
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
    /// Reads a folder. `environment` is what the app sees of variables; [`std::env::vars_os`] if it is to see what this program
    /// sees.
    ///
    /// # Errors
    ///
    /// When the Functions host could not run the app: each problem with the file, the member and what to do. What keeps only one
    /// function from running is no error, [`not_run`](AppFolder::not_run) tells it.
    pub fn read(root: &Path, environment: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Self, AppError> {
        let root = std::path::absolute(root).map_err(|error| AppError::new(format!("{}: {error}", root.display())))?;
        let mut settings = Settings::new(environment);
        if let Some(text) = read(&root.join(LOCAL_SETTINGS))? {
            settings.add(LocalSettings::parse(&text).map_err(AppError::new)?);
        }
        // As under Core Tools: by the first two, handlers tell that they are on somebody's machine.
        settings.set_default("AZURE_FUNCTIONS_ENVIRONMENT", "Development");
        settings.set_default(CORE_TOOLS_VARIABLE, "true");
        settings.set_default("AzureWebJobsScriptRoot", root.as_os_str());
        let Some(text) = read(&root.join(HOST_JSON))? else {
            return Err(AppError::new(format!(
                "there is no host.json in {}, so it is no function app; give the folder of one with --root",
                root.display()
            )));
        };
        let (configuration, mut warnings) = configuration(&text, &settings)?;

        let (mut functions, mut not_run) = (Vec::new(), Vec::new());
        // The host looks for functions nowhere else.
        for name in subfolders(&root).map_err(|error| AppError::new(format!("{}: {error}", root.display())))? {
            let Some(text) = read(&root.join(&name).join(FUNCTION_JSON))? else { continue };
            if configuration.functions.as_ref().is_some_and(|loaded| !loaded.contains(&name)) {
                not_run.push(NotRun { function: name, reason: "`functions` in host.json does not name it".to_owned() });
                continue;
            }
            let disabled = |file| match disabled_by(&name, &settings) {
                Some(setting) => Err(format!("{setting} in {} is `true`", settings.place(&setting))),
                None => Ok(file),
            };
            let read = FunctionJson::parse(&text).map_err(|error| error.to_string()).and_then(disabled);
            match read.and_then(|file| missing_script(&root.join(&name), &file).map_or(Ok(file), Err)) {
                Ok(file) => functions.push((name, file)),
                Err(reason) => not_run.push(NotRun { function: name, reason }),
            }
        }
        let problems = validate::functions(&functions);
        let down = problems.iter().filter(|problem| problem.severity == Severity::HostDown);
        let mut down: Vec<_> = down.map(ToString::to_string).collect();
        if !configuration.http.routes.is_empty() && !functions.is_empty() {
            down.push(
                "host.json: customHandler.http.routes: the host does not start with routes beside functions; make each an \
                 `httpTrigger` function, or remove the functions"
                    .to_owned(),
            );
        }
        if !down.is_empty() {
            return Err(AppError(down));
        }
        for problem in problems {
            match problem.severity {
                Severity::Warning => warnings.push(problem.to_string()),
                _ => {
                    functions.retain(|(name, _)| *name != problem.function);
                    let member = problem.member.map(|member| format!("{member}: ")).unwrap_or_default();
                    let reason = format!("{member}{}", problem.message);
                    not_run.push(NotRun { function: problem.function, reason });
                }
            }
        }
        let routes = configuration.http.routes.iter().map(|(route, level)| (route.as_str(), level.as_str()));
        functions.extend(routed_functions(routes));
        let others = functions.iter().filter(|(_, file)| !is_mcp(file)).filter_map(|(name, file)| {
            let reason = match HttpFunction::read(name, file) {
                Some(Ok(_)) => return None,
                Some(Err(problem)) => problem.to_string(),
                None => format!("the local host runs no `{}`", file.trigger()?.kind),
            };
            Some(NotRun { function: name.clone(), reason })
        });
        not_run.extend(others);
        not_run.sort_unstable_by(|a, b| a.function.cmp(&b.function));
        let session_key = match configuration.mcp.encrypt_client_state {
            true => session_key(&settings)?,
            false => None,
        };
        warnings.extend_from_slice(settings.notes());
        Ok(AppFolder { root, settings, configuration, functions, not_run, warnings, session_key })
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
        let Configuration { mcp, http, .. } = &self.configuration;
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
        let Command { program, arguments, folder } =
            Command::new(&self.configuration.description, &self.root, &|name| self.setting(name));
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

/// The names of the folders in a folder, sorted. The name of a function is ASCII, so a folder with another name holds none.
///
/// # Errors
///
/// If the folder cannot be read.
pub fn subfolders(root: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        if let Ok(name) = entry.file_name().into_string()
            && entry.path().is_dir()
        {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// host.json, with what variables say instead, and what somebody should know of it.
fn configuration(text: &str, settings: &Settings) -> Result<(Configuration, Vec<String>), AppError> {
    let mut file = HostJson::parse(text).map_err(|error| AppError::new(error.to_string()))?;
    // The host fills in a file with nothing in it.
    if file.get(&[]).is_some_and(|members| members.as_object().is_some_and(serde_json::Map::is_empty)) {
        file.set(&["version"], "2.0");
    }
    overrides::apply(&mut file, settings.iter().filter_map(|(name, value)| Some((name.to_str()?, value.to_str()?))));
    let (warnings, down): (Vec<_>, Vec<_>) =
        validate::host_json(&file).into_iter().partition(|problem| problem.severity == Severity::Warning);
    let place = |member: &str| place(member, settings);
    if !down.is_empty() {
        let tell = |problem: &validate::HostJsonProblem| format!("{}: {}", place(problem.member), problem.message);
        return Err(AppError(down.iter().map(tell).collect()));
    }
    let configuration = Configuration::read(&file, &place).map_err(AppError)?;
    Ok((configuration, warnings.iter().map(ToString::to_string).collect()))
}

/// A member of host.json as messages name it, with the variable that stands for it if there is one.
pub(crate) fn place(member: &str, settings: &Settings) -> String {
    let set_by = set_by(member, settings).map(|setting| format!(" (set by {setting})")).unwrap_or_default();
    format!("host.json: {member}{set_by}")
}

/// The variable that stands for a member of host.json, and where it is set.
pub(crate) fn set_by(member: &str, settings: &Settings) -> Option<String> {
    let variable = overrides::variable_of(member, settings.iter().filter_map(|(name, _)| name.to_str()))?;
    Some(format!("{variable} in {}", settings.place(variable)))
}

/// The key for session ids, where the extension looks for it in Azure: in hexadecimal digits or in base64. Without one they are
/// plain, as under Core Tools.
fn session_key(settings: &Settings) -> Result<Option<[u8; 32]>, AppError> {
    let set = |name: &'static str| Some((name, settings.get(name).filter(|key| !key.is_empty())?));
    let Some((name, key)) = ["WEBSITE_AUTH_ENCRYPTION_KEY", "CONTAINER_ENCRYPTION_KEY"].into_iter().find_map(set)
    else {
        return Ok(None);
    };
    let digit = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes = match key.len() {
        64 => key.as_bytes().chunks(2).map(digit).collect(),
        _ => STANDARD.decode(&key).ok(),
    };
    let bytes = bytes.and_then(|bytes: Vec<u8>| bytes.try_into().ok());
    bytes.map(Some).ok_or_else(|| {
        AppError::new(format!(
            "{name} in {} is no key for session ids: write 32 bytes in hexadecimal digits or in base64, or remove it",
            settings.place(name)
        ))
    })
}

/// The setting that disables a function, if one does.
fn disabled_by(function: &str, settings: &Settings) -> Option<String> {
    let names = [format!("AzureWebJobs.{function}.Disabled"), format!("AzureWebJobs_{function}_Disabled")];
    let is_on = |value: String| value == "1" || value.trim().eq_ignore_ascii_case("true");
    names.into_iter().find(|name| settings.get(name).is_some_and(is_on))
}

fn read(file: &Path) -> Result<Option<String>, AppError> {
    let failed = |error: &dyn Display| AppError::new(format!("{}: {error}", file.display()));
    match fs::read(file) {
        Ok(bytes) => file_text::decode(bytes).map(Some).map_err(|error| failed(&error)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(&error)),
    }
}

/// Why the host puts a function in error for its `scriptFile`: a handler needs none, but one that is named has to be there.
fn missing_script(folder: &Path, file: &FunctionJson) -> Option<String> {
    let script = file.other.get("scriptFile")?.as_str().filter(|script| !script.is_empty())?;
    (!folder.join(script).is_file()).then(|| {
        format!("scriptFile: there is no file `{script}` in its folder; remove the member, a custom handler needs none")
    })
}

#[cfg(test)]
mod tests;
