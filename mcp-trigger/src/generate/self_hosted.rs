//! The self-hosted form: the app is nothing but its own MCP server, and the host hands all requests on to it.
//!
//! The host then knows no functions. Since all paths lead to the handler, any client could send a request that looks like an
//! invocation, so an argument tells the handler to take none. The argument is the mark of the form, too.

use super::folder::Folder;
use super::host_json::{ARGUMENTS, EXECUTABLE, is_absent};
use super::native;
use super::plan::{Draft, Source};
use crate::handler::NO_INVOCATIONS;
use crate::server::Unserved;
use host_protocol::app_folder::HOST_JSON;
use host_protocol::function_json::AuthLevel;
use host_protocol::host_json::HostJson;
use serde_json::{Value, json};

const PROFILE: &str = "mcp-custom-handler";
const ROUTES: [&str; 3] = ["customHandler", "http", "routes"];
const LEVEL: [&str; 3] = ["customHandler", "http", "defaultAuthorizationLevel"];

/// In which form an app is on Azure Functions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Form {
    /// With the host's MCP extension, and its own server beside it.
    #[default]
    Functions,
    /// With its own server only.
    SelfHosted,
    /// As a language worker, with both.
    Native,
}

impl Form {
    /// The form that a host.json was generated in.
    pub(super) fn of(file: &HostJson) -> Self {
        let is_marked = arguments(file).iter().any(|argument| argument == NO_INVOCATIONS);
        if is_marked && has_profile(file) { Form::SelfHosted } else { Form::Functions }
    }

    /// The form of the files in a folder.
    pub(super) fn of_folder(folder: &Folder) -> Self {
        if native::is_marked(folder) {
            return Form::Native;
        }
        let file = folder.host_json.as_deref().and_then(|text| HostJson::parse(text).ok());
        file.as_ref().map_or(Form::Functions, Form::of)
    }
}

fn has_profile(file: &HostJson) -> bool {
    profile(file).eq_ignore_ascii_case(PROFILE)
}

/// The profile of a host.json; empty if it has none.
pub(super) fn profile(file: &HostJson) -> String {
    file.get(&["configurationProfile"]).and_then(|profile| profile.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Whether a profile is as good as none.
pub(super) fn is_plain(profile: &str) -> bool {
    profile.is_empty() || profile.eq_ignore_ascii_case("default")
}

fn arguments(file: &HostJson) -> Vec<Value> {
    file.get(&ARGUMENTS).and_then(|arguments| arguments.as_array().cloned()).unwrap_or_default()
}

fn catch_all() -> Value {
    json!([{ "route": "{*route}" }])
}

/// Sets the members of host.json that the self-hosted form needs, and refuses a folder that the form cannot serve.
pub(super) fn set(draft: &mut Draft, source: &Source<'_>, folder: &Folder, executable: &str, file: &mut HostJson) {
    for function in folder.functions.iter().filter(|function| !function.is_ours()) {
        draft.refuse(format!(
            "{}/function.json was not generated, and the host does not start with functions beside the routes of the \
             self-hosted form; remove it, or generate without --self-hosted",
            function.name
        ));
    }
    let other = Some(profile(file)).filter(|profile| !is_plain(profile) && !profile.eq_ignore_ascii_case(PROFILE));
    if let Some(other) = other {
        draft.refuse(format!(
            "{HOST_JSON}: configurationProfile: `{other}` is not the one of the self-hosted form; remove the member, or generate \
             without --self-hosted"
        ));
    }
    for function in source.registry.functions() {
        if let Some(why) = Unserved::hosted(function) {
            let name = function.client_name();
            draft.warn(format!("{}: the self-hosted form leaves `{name}` out: {why}", function.location));
        }
    }
    if !has_profile(file) {
        file.set(&["configurationProfile"], PROFILE);
    }
    file.set(&EXECUTABLE, executable);
    let mut arguments = arguments(file);
    if !arguments.iter().any(|argument| argument == NO_INVOCATIONS) {
        arguments.push(NO_INVOCATIONS.into());
        file.set(&ARGUMENTS, arguments);
    }
    // The profile implies these settings, but early versions of it had wrong ones.
    file.set(&["customHandler", "enableProxyingHttpRequest"], true);
    if is_absent(file.get(&ROUTES)) {
        file.set(&ROUTES, catch_all());
    }
    if source.level == AuthLevel::Anonymous {
        file.set(&LEVEL, "anonymous");
    }
}

/// Removes what was generated for the form.
pub(super) fn remove(draft: &mut Draft, source: &Source<'_>, file: &mut HostJson) {
    let mut arguments = arguments(file);
    let count = arguments.len();
    arguments.retain(|argument| argument != NO_INVOCATIONS);
    // Without the mark the rest is the user's.
    if arguments.len() == count {
        return;
    }
    if arguments.is_empty() {
        file.remove(&ARGUMENTS)
    } else {
        file.set(&ARGUMENTS, arguments)
    };
    if has_profile(file) {
        file.remove(&["configurationProfile"]);
    }
    // So are other routes than the one that was generated.
    if file.get(&ROUTES) == Some(catch_all()) {
        file.remove(&ROUTES);
        if source.level == AuthLevel::Anonymous {
            file.remove(&LEVEL);
        }
    }
    draft.warn(format!(
        "{HOST_JSON} was of the self-hosted form: what makes it one goes (the argument {NO_INVOCATIONS}, configurationProfile, \
         the routes of customHandler.http), and functions come; to keep the form, run `generate --self-hosted`"
    ));
}
