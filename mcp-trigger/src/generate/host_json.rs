//! host.json: the members that the app needs, set in place.

use super::folder::{Existing, Folder};
use super::native;
use super::plan::{Draft, Source};
use super::self_hosted::{self, Form};
use crate::handler::NO_INVOCATIONS;
use host_protocol::FunctionJson;
use host_protocol::app_folder::{BUNDLE, BUNDLE_VERSION, EXTENSIONS, HOST_JSON};
use host_protocol::function_json::HTTP_TRIGGER;
use host_protocol::host_json::{HostJson, WEBHOOK_LEVEL};
use host_protocol::validate::{self, HostJsonProblem, Severity};
use serde_json::Value;

pub(super) const EXECUTABLE: [&str; 3] = ["customHandler", "description", "defaultExecutablePath"];
pub(super) const ARGUMENTS: [&str; 3] = ["customHandler", "description", "arguments"];

/// Plans host.json, and returns the name of the executable in the package.
pub(super) fn plan(
    draft: &mut Draft,
    source: &Source<'_>,
    folder: &Folder,
    functions: &[(String, FunctionJson)],
) -> String {
    let mut file = match folder.host_json.as_deref().map(HostJson::parse) {
        None => HostJson::new(),
        Some(Ok(file)) => file,
        Some(Err(error)) => {
            draft.refuse(error);
            return String::new();
        }
    };
    if source.form != Form::SelfHosted {
        self_hosted::remove(draft, source, &mut file);
    }
    warn_of_losses(draft, folder, &file);
    let executable = match source.form {
        Form::Native => native::set(draft, source, &mut file),
        _ => executable(draft, source, &file, functions),
    };
    match source.form {
        Form::Functions => set(draft, folder, &executable, &mut file),
        Form::Native => add_bundle_if_missing(draft, folder, &mut file),
        Form::SelfHosted => self_hosted::set(draft, source, folder, &executable, &mut file),
    }
    // Without it the routes would begin with /api.
    file.set(&["extensions", "http", "routePrefix"], "");
    if source.form != Form::SelfHosted {
        name_server(source, &mut file);
        open_endpoint(draft, source, &mut file);
    }

    // A worker is no custom handler.
    let is_of_form =
        |problem: &HostJsonProblem| source.form != Form::Native || !problem.member.starts_with("customHandler");
    for problem in validate::host_json(&file).into_iter().filter(is_of_form) {
        match problem.severity {
            Severity::Warning => draft.warn(problem.to_string()),
            _ => draft.refuse(problem),
        }
    }
    draft.file(HOST_JSON, folder.host_json.as_deref(), file.to_text());
    executable
}

/// Sets what the functions need, and the app's own server beside them.
fn set(draft: &mut Draft, folder: &Folder, executable: &str, file: &mut HostJson) {
    check_routes(draft, file);
    add_bundle_if_missing(draft, folder, file);
    file.set(&EXECUTABLE, executable);
    // Hosts that know the second one stream, older ones forward.
    file.set(&["customHandler", "enableForwardingHttpRequest"], true);
    file.set(&["customHandler", "enableProxyingHttpRequest"], true);
}

fn add_bundle_if_missing(draft: &mut Draft, folder: &Folder, file: &mut HostJson) {
    if is_absent(file.get(&["extensionBundle"])) {
        add_bundle(draft, folder, file);
    }
}

/// The bundle has the MCP extension. An app may bring the extension itself, for a host without network; then its owner takes the bundle
/// out, and it stays out.
fn add_bundle(draft: &mut Draft, folder: &Folder, file: &mut HostJson) {
    let was_generated = folder.functions.iter().any(Existing::is_ours);
    if !was_generated && !folder.has_extensions {
        file.set(&["extensionBundle", "id"], BUNDLE);
        file.set(&["extensionBundle", "version"], BUNDLE_VERSION);
    } else if !folder.has_extensions {
        draft.warn(format!(
            "{HOST_JSON}: extensionBundle was taken out, and there is no {EXTENSIONS}: the host knows no MCP triggers without one of \
             them; add \"extensionBundle\": {{\"id\": \"{BUNDLE}\", \"version\": \"{BUNDLE_VERSION}\"}}"
        ));
    }
}

/// Sets the details of the server in the MCP extension.
fn name_server(source: &Source<'_>, file: &mut HostJson) {
    if let Some(server) = source.server {
        file.set(&["extensions", "mcp", "serverName"], server.name.as_str());
        file.set(&["extensions", "mcp", "serverVersion"], server.version.as_str());
    }
    if let Some(instructions) = source.instructions {
        file.set(&["extensions", "mcp", "instructions"], instructions);
    }
}

/// Opens the endpoint of the MCP extension where App Service authentication stands before it. The extension asks for a key besides,
/// and so refuses clients that have signed in.
fn open_endpoint(draft: &mut Draft, source: &Source<'_>, file: &mut HostJson) {
    let is_open = file
        .get(&WEBHOOK_LEVEL)
        .is_some_and(|level| level.as_str().is_some_and(|it| it.eq_ignore_ascii_case("Anonymous")));
    if source.is_built_in {
        if !is_open {
            file.set(&WEBHOOK_LEVEL, "Anonymous");
        }
    } else if is_open {
        draft.warn(format!(
            "{HOST_JSON}: {} is `Anonymous`, so no client of /runtime/webhooks/mcp needs a key: if App Service authentication lets \
             clients in, say so with `App::authentication(Authentication::BuiltIn)`; else set `System`",
            WEBHOOK_LEVEL.join(".")
        ));
    }
}

/// An empty object is no section to the host.
pub(super) fn is_absent(section: Option<Value>) -> bool {
    section.is_none_or(|section| section.is_null() || section.as_object().is_some_and(serde_json::Map::is_empty))
}

/// Warnings about settings that were changed, or that do not have the expected effect.
fn warn_of_losses(draft: &mut Draft, folder: &Folder, file: &HostJson) {
    let mut warn = |message: &str| draft.warn(format!("{HOST_JSON}: {message}"));
    let prefix = file.get(&["extensions", "http", "routePrefix"]);
    let has_routes = folder.functions.iter().filter(|function| !function.is_ours()).any(|function| {
        function.file.as_ref().is_ok_and(|file| file.trigger().is_some_and(|trigger| trigger.is(HTTP_TRIGGER)))
    });
    // The default prefix is `api`.
    if prefix.as_ref().is_some_and(|prefix| prefix != "") || prefix.is_none() && has_routes {
        let prefix = prefix.unwrap_or_else(|| "api".into());
        let prefix = prefix.as_str().unwrap_or_default();
        warn(&format!(
            "extensions.http.routePrefix becomes \"\" for the routes of /mcp and /.well-known; HTTP functions move from \
             /{prefix}/… to /…"
        ));
    }
    for member in ["enableForwardingHttpRequest", "enableProxyingHttpRequest"] {
        if file.get(&["customHandler", member]) == Some(Value::Bool(false)) {
            warn(&format!("customHandler.{member} becomes true: it brings /mcp to the app"));
        }
    }
    let is_known = |argument: &Value| argument == NO_INVOCATIONS || argument == "handler";
    if file.get(&ARGUMENTS).is_some_and(|given| given.as_array().is_none_or(|given| !given.iter().all(is_known))) {
        warn(&format!(
            "customHandler.description.arguments: the app ends when the host starts it with other arguments than \
             `{NO_INVOCATIONS}`"
        ));
    }
    if file.get(&["httpWorker"]).is_some() && is_absent(file.get(&["customHandler"])) {
        warn("the host ignores `httpWorker` beside `customHandler`; move what is in it, and remove it");
    }
    let bundle = file.get(&["extensionBundle", "id"]).filter(|id| id == BUNDLE);
    let version = bundle.and_then(|_| file.get(&["extensionBundle", "version"]));
    let version = version.as_ref().and_then(Value::as_str).unwrap_or_default().trim_start_matches(['[', '(']);
    if ["1.", "2.", "3."].iter().any(|old| version.starts_with(old)) {
        warn("extensionBundle.version: MCP triggers came with bundle 4; write \"[4.*, 5.0.0)\"");
    }
}

/// Routes in host.json and function.json files exclude each other: a host that knows the routes does not start with both. Otherwise
/// a catch-all route would open the functions to all clients.
fn check_routes(draft: &mut Draft, file: &HostJson) {
    let profile = self_hosted::profile(file);
    if !self_hosted::is_plain(&profile) {
        draft.refuse(format!(
            "{HOST_JSON}: configurationProfile: `{profile}` sends all requests to the app, and the host does not start with \
             that beside functions; remove the member, for functions need no profile, or generate with --self-hosted"
        ));
    }
    if !is_absent(file.get(&["customHandler", "http", "routes"])) {
        draft.refuse(format!(
            "{HOST_JSON}: customHandler.http.routes: the host does not start with routes beside functions; remove them, or \
             make each an `httpTrigger` function"
        ));
    }
}

/// The name of the executable in the package: what the command line says, else what the file says already, else the name that
/// it was built with.
fn executable(draft: &mut Draft, source: &Source<'_>, file: &HostJson, functions: &[(String, FunctionJson)]) -> String {
    let is_taken = |name: &str| functions.iter().any(|(function, _)| function.eq_ignore_ascii_case(name));
    let said = file.get(&EXECUTABLE).and_then(|path| path.as_str().map(str::to_owned));
    let said = said.filter(|path| !path.is_empty() && !is_build(path));
    let Some(name) = source.bin.map(str::to_owned).or(said) else {
        // A tool often has the name of its app, and a folder and a file cannot have the same.
        let built = &source.executable.name;
        return if is_taken(built) { "handler".to_owned() } else { built.clone() };
    };
    let member = EXECUTABLE.join(".");
    if functions.iter().any(|(function, _)| *function == name) {
        draft.refuse(format!(
            "{HOST_JSON}: {member}: `{name}` is the folder of a function already; choose another name with --bin"
        ));
    } else if is_taken(&name) {
        draft.warn(format!(
            "{HOST_JSON}: {member}: `{name}` and the folder of a function differ in case only, and cannot lie side by side on \
             Windows and macOS; choose another name with --bin"
        ));
    }
    // `func` makes only the entry of exactly this name executable.
    if name.starts_with(['.', '/']) || name.contains(['\\', ':']) {
        draft.warn(format!(
            "{HOST_JSON}: {member}: `{name}` is not the name of a file in the package, such as `handler` or `bin/handler`, so it \
             will not be made executable there; choose one with --bin"
        ));
    }
    name
}

/// Whether it is where cargo builds, which no package has.
fn is_build(path: &str) -> bool {
    path.split(['/', '\\']).any(|part| part == "target")
}
