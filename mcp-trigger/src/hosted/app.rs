//! The app with its server at `/mcp`, set up for a Functions host.

use crate::app::{App, Authentication, Error};
use crate::function::principal::Trust;
use crate::function::shutdown;
use crate::invoke::Functions;
use crate::registry::compatibility;
use crate::server::{FunctionBindings, McpServer};
use host_protocol::app_folder::{CORE_TOOLS_VARIABLE, LOCAL_SETTINGS, ROOT_VARIABLE};
use host_protocol::local_settings::LocalSettings;
use mcp_trigger_core::task;
use mcp_trigger_core::{files, http};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The reason why an app serves nobody.
const UNPROTECTED: &str = "nobody is served: the app says `Authentication::BuiltIn`, but App Service authentication is off (WEBSITE_AUTH_ENABLED \
    is not `True`), so everybody could call the functions; switch it on (Settings > Authentication in the portal), or remove the line and \
    run `generate`";

/// An app that a Functions host has started.
pub(crate) struct HostedApp {
    pub(crate) functions: Arc<Functions>,
    pub(crate) mcp: Arc<McpServer>,
    /// Whether App Service authentication should stand before the app, and does not: then everybody could call the functions.
    pub(crate) is_unprotected: bool,
    /// Whether the app leaves sign-in to App Service authentication.
    pub(crate) is_built_in: bool,
}

impl HostedApp {
    /// Sets the app up, and gives the work that is left until its functions can run.
    ///
    /// # Errors
    ///
    /// If the functions do not go together, or the settings of the app are wrong.
    pub(crate) fn prepare(app: App) -> Result<(Self, impl Future<Output = Result<(), Error>>), Error> {
        let mut settings = app.mcp_settings(None)?;
        // To the Functions host a stream is a call, and the host ends the process when a call takes too long.
        settings.stream_lifetime = app.timeout;
        settings.origins.extend(local_origins());
        let name = std::env::var(HOST_NAME).ok();
        settings.found_by_host = is_found_by_host(name.as_deref());
        settings.gate = app.gate(name.as_deref())?;
        let is_built_in = app.authentication == Some(Authentication::BuiltIn);
        // A host on a developer's machine names itself. One without a name may be anywhere.
        let is_local = name.as_deref().is_some_and(http::is_local_authority);
        let (functions, setup) = app.prepare()?;
        let is_unprotected = is_built_in && !is_local && functions.trust == Trust::Ignored;
        if is_unprotected {
            tracing::error!("{UNPROTECTED}");
        }
        let bindings = FunctionBindings::of_settings(&functions.registry, &|name| std::env::var(name).ok());
        let mcp = Arc::new(McpServer::new(Arc::clone(&functions), bindings, settings));
        for (why, functions) in mcp.unserved_by_reason() {
            tracing::warn!("not at /mcp: {}: {why}", functions.join(", "));
        }
        if mcp.keeps_tasks_to_itself() {
            tracing::warn!(
                "tasks are kept in the memory of this instance: if the app has several, the others know nothing of them; give \
                 them a store that all share with McpOptions::tasks"
            );
        }
        Ok((HostedApp { functions, mcp, is_unprotected, is_built_in }, setup))
    }

    /// Warns of what clients will refuse, on a thread of its own: schemas take a moment to build, and calls should not wait for them.
    pub(crate) fn warn_of_clients(&self) {
        let functions = Arc::clone(&self.functions);
        drop(task::spawn_blocking(move || {
            for warning in compatibility::warnings(&functions.registry) {
                tracing::warn!("{warning}");
            }
        }));
    }

    /// Tells running calls that the end has come.
    pub(crate) fn begin_end() {
        shutdown::begin();
    }
}

/// The origins that `Host.CORS` of local.settings.json allows. The host on a developer's machine answers the browsers of their pages,
/// and hands the requests on. Core Tools set the variable; in Azure no file is read.
fn local_origins() -> Vec<String> {
    if std::env::var_os(CORE_TOOLS_VARIABLE).is_none() {
        return Vec::new();
    }
    origins_of(&app_folder().join(LOCAL_SETTINGS)).unwrap_or_else(|error| {
        tracing::warn!("{error}");
        Vec::new()
    })
}

fn origins_of(file: &Path) -> Result<Vec<String>, String> {
    let text = files::read_text(file).map_err(|error| error.to_string())?;
    text.map_or(Ok(Vec::new()), |text| Ok(LocalSettings::parse(&text)?.origins))
}

/// The folder of the app: the one that the host names, else the current one. The host starts the app in its folder too, unless
/// host.json names another.
pub(crate) fn app_folder() -> PathBuf {
    folder_of(std::env::var_os(ROOT_VARIABLE))
}

fn folder_of(variable: Option<OsString>) -> PathBuf {
    variable.filter(|root| !root.is_empty()).map_or_else(|| PathBuf::from("."), PathBuf::from)
}

/// The variable in which the platform tells the name by which clients find the app.
const HOST_NAME: &str = "WEBSITE_HOSTNAME";

/// Whether a front end finds the app by `Host`. Core Tools set the name as well, to that of this machine; a host without a front end
/// has no name.
fn is_found_by_host(name: Option<&str>) -> bool {
    name.is_some_and(|name| !name.is_empty() && !http::is_local_authority(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_names_no_folder() {
        for (variable, folder) in [(None, "."), (Some(""), "."), (Some("/app"), "/app")] {
            assert_eq!(folder_of(variable.map(OsString::from)), PathBuf::from(folder));
        }
    }

    #[test]
    fn only_a_front_end_knows_an_app_by_its_name() {
        assert!(is_found_by_host(Some("app.azurewebsites.net")));
        for name in [None, Some(""), Some("localhost:7071"), Some("127.0.0.1:7071")] {
            assert!(!is_found_by_host(name), "{name:?}");
        }
    }
}
