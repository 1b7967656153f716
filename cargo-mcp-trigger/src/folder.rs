//! [`Description`]: what host.json and the function.json files in an app's folder say about the app in Azure.

use crate::error::Error;
use crate::keys::{HOST_KEY, Key, SYSTEM_KEY};
use host_protocol::function_json::{AuthLevel, FunctionJson};
use host_protocol::host_json::{HostJson, WEBHOOK_LEVEL};
use host_protocol::http_trigger::HttpFunction;
use local_host::AppFolder;
use serde::Serialize;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// The argument by which an app of the self-hosted form is known.
const NO_INVOCATIONS: &str = "--no-invocations";

/// The form of an app on Azure Functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Form {
    /// With a function for each tool, resource and prompt.
    Functions,
    /// The host hands all requests on to the app.
    SelfHosted,
}

/// An app as the files of its folder describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Description {
    /// `defaultExecutablePath`: the name of the executable in a package.
    pub(crate) executable: String,
    pub(crate) form: Form,
    /// The addresses at which clients find the app. There are none before its function.json files are generated.
    pub(crate) endpoints: Vec<Endpoint>,
}

/// An address of a deployed app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    pub(crate) path: &'static str,
    /// The key that clients need; `None` if everybody is let in.
    pub(crate) key: Option<Key>,
}

impl Description {
    /// Reads the files of a folder, and checks them as the Functions host does.
    ///
    /// # Errors
    ///
    /// If the host would not start the app, or Azure would not find its executable.
    pub(crate) fn read(root: &Path) -> Result<Self, Error> {
        let refused = |why: String| Error::new(format!("the Functions host would not run {}", root.display())).why(why);
        // The settings of this machine are not those of Azure.
        let folder = AppFolder::read(root, []).map_err(|error| refused(error.to_string()))?;
        let path = root.join("host.json");
        let text = fs::read_to_string(&path)
            .map_err(|error| Error::new(format!("cannot read {}", path.display())).why(error))?;
        let file = HostJson::parse(&text).map_err(|error| refused(error.to_string()))?;
        let executable = file.get_text(&["customHandler", "description", "defaultExecutablePath"]).unwrap_or_default();
        check_executable(&executable)?;
        let form = form(&file);
        let is_generated = form == Form::SelfHosted || !folder.functions().is_empty();
        let endpoints = if is_generated { endpoints(root, &file, form) } else { Vec::new() };
        Ok(Description { executable, form, endpoints })
    }

    /// The form of the app in a folder. Without a host.json that can be read, it is the one with functions.
    pub(crate) fn form_of(root: &Path) -> Form {
        let file = fs::read_to_string(root.join("host.json")).ok().and_then(|text| HostJson::parse(&text).ok());
        file.map_or(Form::Functions, |file| form(&file))
    }
}

fn form(file: &HostJson) -> Form {
    let arguments = file.get(&["customHandler", "description", "arguments"]);
    let has_mark =
        arguments.as_ref().and_then(Value::as_array).is_some_and(|all| all.iter().any(|it| it == NO_INVOCATIONS));
    if has_mark { Form::SelfHosted } else { Form::Functions }
}

fn endpoints(root: &Path, file: &HostJson, form: Form) -> Vec<Endpoint> {
    let is_open = |path: &[&str]| file.get_text(path).is_some_and(|level| level.eq_ignore_ascii_case("anonymous"));
    let server = |is_open: bool| Endpoint { path: "/mcp", key: (!is_open).then_some(HOST_KEY) };
    match form {
        Form::SelfHosted => vec![server(is_open(&["customHandler", "http", "defaultAuthorizationLevel"]))],
        Form::Functions => {
            let opened = is_open(&WEBHOOK_LEVEL);
            let extension = Endpoint { path: local_host::PATH, key: (!opened).then_some(SYSTEM_KEY) };
            let level = level_of(&root.join("mcp/function.json"));
            [extension].into_iter().chain(level.map(|level| server(level == AuthLevel::Anonymous))).collect()
        }
    }
}

/// The level of the function that forwards `/mcp` to the app.
fn level_of(file: &Path) -> Option<AuthLevel> {
    let file = FunctionJson::parse(&fs::read_to_string(file).ok()?).ok()?;
    Some(HttpFunction::read("mcp", &file)?.ok()?.level)
}

/// Core Tools make the entry executable whose name is exactly that in host.json, and Azure starts no other.
fn check_executable(name: &str) -> Result<(), Error> {
    let why = match name {
        "" => "it is empty",
        name if name.starts_with("./") || name.split('/').any(|part| part == "..") => {
            "it is a path, and not the name of a file in the package"
        }
        name if name.starts_with('/') || name.contains(':') => "it is an absolute path, which is that of this machine",
        name if name.contains('\\') => "it has a backslash, and Azure runs Linux",
        name if name.contains('%') => "it has a variable, which packages cannot resolve",
        name if name.to_ascii_lowercase().ends_with(".exe") => "it is that of a program for Windows",
        _ => return Ok(()),
    };
    Err(Error::new(format!(
        "host.json: customHandler.description.defaultExecutablePath: `{name}` cannot be started in Azure"
    ))
    .why(why)
    .next("write a name such as `handler`, or run the app's `generate --bin handler`"))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A folder with a host.json of these sections, and the function.json files of `generate`.
    pub(crate) fn folder(sections: &str, functions: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("host.json"), format!(r#"{{"version": "2.0", {sections}}}"#)).unwrap();
        for (name, binding) in functions {
            fs::create_dir_all(folder.path().join(name)).unwrap();
            fs::write(folder.path().join(name).join("function.json"), format!(r#"{{"bindings": [{binding}]}}"#))
                .unwrap();
        }
        folder
    }

    pub(crate) const HELLO: (&str, &str) =
        ("Hello", r#"{"type": "mcpToolTrigger", "name": "Trigger", "toolName": "hello", "description": ""}"#);
    pub(crate) const ROUTE: (&str, &str) = (
        "mcp",
        r#"{"type": "httpTrigger", "name": "req", "direction": "in", "route": "mcp", "authLevel": "function"}"#,
    );
    pub(crate) const FUNCTIONS: &str = r#""customHandler": {"description": {"defaultExecutablePath": "handler"}}"#;
    pub(crate) const SELF_HOSTED: &str = r#""configurationProfile": "mcp-custom-handler", "customHandler": {"description":
        {"defaultExecutablePath": "handler", "arguments": ["--no-invocations"]}, "http": {"routes": [{"route": "{*route}"}]}}"#;

    fn endpoints(sections: &str, functions: &[(&str, &str)]) -> Vec<(&'static str, Option<&'static str>)> {
        let folder = folder(sections, functions);
        let description = Description::read(folder.path()).unwrap();
        description.endpoints.iter().map(|endpoint| (endpoint.path, endpoint.key.map(|key| key.name))).collect()
    }

    #[test]
    fn endpoints_and_their_keys_follow_the_form() {
        let both = [("/runtime/webhooks/mcp", Some("mcp_extension")), ("/mcp", Some("default"))];
        assert_eq!(endpoints(FUNCTIONS, &[HELLO, ROUTE]), both);
        assert_eq!(endpoints(FUNCTIONS, &[HELLO]), both[..1]);
        assert_eq!(endpoints(FUNCTIONS, &[]), [], "nothing is generated yet");
        assert_eq!(endpoints(SELF_HOSTED, &[]), [("/mcp", Some("default"))]);
        let open = SELF_HOSTED.replace("\"http\": {", "\"http\": {\"DefaultAuthorizationLevel\": \"anonymous\", ");
        assert_eq!(endpoints(&open, &[]), [("/mcp", None)]);
        let opened = format!(
            r#"{FUNCTIONS}, "extensions": {{"mcp": {{"system": {{"webhookAuthorizationLevel": "Anonymous"}}}}}}"#
        );
        let route = ROUTE.1.replace("\"function\"", "\"anonymous\"");
        assert_eq!(endpoints(&opened, &[HELLO, ("mcp", &route)]), [("/runtime/webhooks/mcp", None), ("/mcp", None)]);
    }

    #[test]
    fn what_azure_would_not_start_is_refused() {
        for name in [
            "./handler",
            "/home/ann/handler",
            "bin\\\\handler",
            "handler.exe",
            "../handler",
            "C:/handler",
            "%X%/handler",
        ] {
            let folder = folder(&FUNCTIONS.replace("\"handler\"", &format!("\"{name}\"")), &[HELLO]);
            let error = Description::read(folder.path()).unwrap_err().to_string();
            assert!(error.contains("cannot be started in Azure") && error.contains("--bin"), "{error}");
        }
        let folder = folder(FUNCTIONS, &[HELLO, ("Other", HELLO.1)]);
        let error = Description::read(folder.path()).unwrap_err().to_string();
        assert!(error.contains("also declared by the function Hello"), "{error}");
    }
}
