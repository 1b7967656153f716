//! Reading the folder of an app: its functions, those that do not run, and the problems that keep the app from starting.

use super::configuration::HostConfiguration;
use super::{AppError, AppFolder, NotRun, overrides};
use crate::endpoint::is_mcp;
use crate::settings::Settings;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use host_protocol::app_folder::{CORE_TOOLS_VARIABLE, FUNCTION_JSON, HOST_JSON, LOCAL_SETTINGS};
use host_protocol::function_json::{FunctionJson, routed_functions};
use host_protocol::host_json::HostJson;
use host_protocol::http_trigger::HttpFunction;
use host_protocol::local_settings::LocalSettings;
use host_protocol::validate::{self, Severity};
use mcp_trigger_core::files;
use std::ffi::OsString;
use std::path::Path;
use std::{fs, io};

impl AppFolder {
    /// Reads a folder. `environment` is the environment of the app; [`std::env::vars_os`] is that of this program.
    ///
    /// # Errors
    ///
    /// If the Functions host could not run the app: each problem with its file, its member and what to do. A problem
    /// of a single function is not an error; [`not_run`](AppFolder::not_run) has it.
    pub fn read(root: &Path, environment: impl IntoIterator<Item = (OsString, OsString)>) -> Result<Self, AppError> {
        let root = std::path::absolute(root).map_err(|error| AppError::new(format!("{}: {error}", root.display())))?;
        let mut settings = Settings::new(environment);
        if let Some(text) = read_text(&root.join(LOCAL_SETTINGS))? {
            settings.add(LocalSettings::parse(&text).map_err(AppError::new)?);
        }
        // As under Core Tools: by the first two, handlers tell that they are on somebody's machine.
        settings.set_default("AZURE_FUNCTIONS_ENVIRONMENT", "Development");
        settings.set_default(CORE_TOOLS_VARIABLE, "true");
        settings.set_default("AzureWebJobsScriptRoot", root.as_os_str());
        let Some(text) = read_text(&root.join(HOST_JSON))? else {
            return Err(AppError::new(format!(
                "there is no host.json in {}, so it is no function app; give the folder of one with --root",
                root.display()
            )));
        };
        let (configuration, mut warnings) = configuration(&text, &settings)?;

        let (mut functions, mut not_run) = (Vec::new(), Vec::new());
        // The host looks for functions nowhere else.
        for name in
            AppFolder::subfolders(&root).map_err(|error| AppError::new(format!("{}: {error}", root.display())))?
        {
            let Some(text) = read_text(&root.join(&name).join(FUNCTION_JSON))? else { continue };
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

    /// The names of the folders in a folder, sorted. The name of a function is ASCII, so names that are not UTF-8 are left
    /// out.
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
}

/// host.json, with the values of variables in place of its own.
pub(super) fn read_host_json(text: &str, settings: &Settings) -> Result<HostJson, AppError> {
    let mut file = HostJson::parse(text).map_err(|error| AppError::new(error.to_string()))?;
    // The host fills in a file with nothing in it.
    if file.get(&[]).is_some_and(|members| members.as_object().is_some_and(serde_json::Map::is_empty)) {
        file.set(&["version"], "2.0");
    }
    overrides::apply(&mut file, settings.iter().filter_map(|(name, value)| Some((name.to_str()?, value.to_str()?))));
    Ok(file)
}

/// host.json, with the values of variables in place of its own, and the warnings about it.
fn configuration(text: &str, settings: &Settings) -> Result<(HostConfiguration, Vec<String>), AppError> {
    let file = read_host_json(text, settings)?;
    let (warnings, down): (Vec<_>, Vec<_>) =
        validate::host_json(&file).into_iter().partition(|problem| problem.severity == Severity::Warning);
    let place = |member: &str| place(member, settings);
    if !down.is_empty() {
        let tell = |problem: &validate::HostJsonProblem| format!("{}: {}", place(problem.member), problem.message);
        return Err(AppError(down.iter().map(tell).collect()));
    }
    let configuration = HostConfiguration::read(&file, &place).map_err(AppError)?;
    Ok((configuration, warnings.iter().map(ToString::to_string).collect()))
}

/// A member of host.json as messages name it, with the variable that sets it, if any.
pub(crate) fn place(member: &str, settings: &Settings) -> String {
    let set_by = set_by(member, settings).map(|setting| format!(" (set by {setting})")).unwrap_or_default();
    format!("host.json: {member}{set_by}")
}

/// The variable that sets a member of host.json, and its place.
pub(crate) fn set_by(member: &str, settings: &Settings) -> Option<String> {
    let variable = overrides::variable_of(member, settings.iter().filter_map(|(name, _)| name.to_str()))?;
    Some(format!("{variable} in {}", settings.place(variable)))
}

/// The key of session ids, in the settings of the extension in Azure, in hexadecimal digits or in base64. Without it
/// session ids are plain, as under Core Tools.
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

pub(super) fn read_text(file: &Path) -> Result<Option<String>, AppError> {
    files::read_text(file).map_err(|error| AppError::new(error.to_string()))
}

/// The problem of a missing `scriptFile`, for which the host puts a function in error. A custom handler needs no script,
/// but a named one has to exist.
fn missing_script(folder: &Path, file: &FunctionJson) -> Option<String> {
    let script = file.other.get("scriptFile")?.as_str().filter(|script| !script.is_empty())?;
    (!folder.join(script).is_file()).then(|| {
        format!("scriptFile: there is no file `{script}` in its folder; remove the member, a custom handler needs none")
    })
}
