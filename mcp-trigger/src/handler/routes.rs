//! Whether the routes of the deployed folder keep requests from outside apart from calls of the host.
//!
//! The routes that `generate` writes do, but the folder may be older than the program, or edited by hand.

use crate::hosted::app_folder;
use crate::identity::program;
use host_protocol::FunctionJson;
use host_protocol::app_folder::{FUNCTION_JSON, HOST_JSON};
use host_protocol::function_json::{HTTP_TRIGGER, routed_functions};
use host_protocol::host_json::HostJson;
use host_protocol::http_trigger::check_routes;
use mcp_trigger_core::{files, task};
use serde_json::Value;
use std::path::Path;
use tokio::sync::OnceCell;

/// The result of checking the routes of the folder, once it is known. The folder may be on a network share, so it is read once, on
/// a thread of its own.
#[derive(Default)]
pub(super) struct Routes {
    problem: OnceCell<Option<String>>,
}

impl Routes {
    /// The error message if the folder has an open route, else `None`.
    pub(super) async fn problem(&self, functions: impl FnOnce() -> Vec<&'static str>) -> Option<&str> {
        let read = || async {
            let functions = functions();
            let problem = task::blocking(move || open_route(&app_folder(), &functions)).await;
            let problem = problem.unwrap_or_else(|error| Some(error.to_string()))?;
            let message = format!(
                "no function is called: {problem}. Then run `{} generate`, which checks all routes, and deploy the app again",
                program()
            );
            tracing::error!("{message}");
            Some(message)
        };
        self.problem.get_or_init(read).await.as_deref()
    }
}

/// The first open route of a folder, with the file that it stands in.
fn open_route(root: &Path, functions: &[&'static str]) -> Option<String> {
    let host_json = root.join(HOST_JSON);
    let host_json = match files::read_text(&host_json) {
        Ok(text) => text.and_then(|text| HostJson::parse(&text).ok()),
        Err(error) => return Some(error.to_string()),
    };
    let text = |path: &[&str]| host_json.as_ref()?.get(path)?.as_str().map(str::to_owned);
    let prefix = text(&["extensions", "http", "routePrefix"]).unwrap_or_else(|| "api".to_owned());
    let check = |file: &str, name: &str, function: &FunctionJson| {
        check_routes(name, function, &prefix, functions).err().map(|open| format!("{file}: {open}"))
    };
    let routes = host_json.iter().flat_map(host_routes);
    let mut routed = routes.filter_map(|(member, route)| {
        let (name, function) = routed_functions([(route.as_str(), "")]).pop()?;
        check(&format!("host.json: {member}"), &name, &function)
    });
    if let Some(problem) = routed.next() {
        return Some(problem);
    }
    let entries = match std::fs::read_dir(root) {
        Ok(entries) => entries,
        Err(error) => return Some(format!("{}: {error}", root.display())),
    };
    entries.flatten().find_map(|entry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        let file = format!("{name}/function.json");
        let text = match files::read_text(&entry.path().join(FUNCTION_JSON)) {
            Ok(text) => text?,
            Err(error) => return Some(error.to_string()),
        };
        match FunctionJson::parse(&text) {
            Ok(function) => check(&file, &name, &function),
            // The host may read it all the same.
            Err(error) => {
                let is_http = text.to_ascii_lowercase().contains(&HTTP_TRIGGER.to_ascii_lowercase());
                is_http.then(|| {
                    format!("{file}: whether anyone could call the tools by its route cannot be told: {error}")
                })
            }
        }
    })
}

/// The routes in a host.json, or that its profile stands for, each with its member. A host that knows them has no functions.
fn host_routes(file: &HostJson) -> Vec<(&'static str, String)> {
    const ROUTES: [&str; 3] = ["customHandler", "http", "routes"];
    let routes = file.get(&ROUTES).and_then(|routes| routes.as_array().cloned()).unwrap_or_default();
    if !routes.is_empty() {
        let route =
            |route: &Value| ("customHandler.http.routes", route["route"].as_str().unwrap_or_default().to_owned());
        return routes.iter().map(route).collect();
    }
    let profile = file.get(&["configurationProfile"]);
    let profile = profile.as_ref().and_then(Value::as_str).unwrap_or_default();
    let is_plain = profile.is_empty() || profile.eq_ignore_ascii_case("default");
    if is_plain { Vec::new() } else { vec![("configurationProfile", "{*route}".to_owned())] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::TestFolder;

    fn open(folder: &TestFolder) -> Option<String> {
        open_route(folder.path(), &["Hello"])
    }

    const OPEN: &str = r#"{"bindings": [{"type": "httpTrigger", "name": "req", "route": "web/{*path}"}]}"#;

    #[test]
    fn the_file_and_the_route_are_named() {
        let folder = TestFolder::new();
        assert_eq!(open(&folder), None, "nothing is there yet");
        folder.write("Hello/function.json", r#"{"bindings": [{"type": "mcpToolTrigger", "name": "toolTrigger"}]}"#);
        folder.write("mcp/function.json", &OPEN.replace("web/{*path}", "mcp"));
        folder.write("notes.txt", "no folder");
        assert_eq!(open(&folder), None);
        folder.write("Web/function.json", OPEN);
        let problem = open(&folder).unwrap();
        assert!(problem.starts_with("Web/function.json: by the route `web/{*path}`"), "{problem}");
    }

    #[test]
    fn routes_of_host_json_and_of_profiles_are_open() {
        for members in [
            r#""customHandler": {"http": {"routes": [{"route": "mcp"}, {"route": "{*route}"}]}}"#,
            r#""configurationProfile": "mcp-custom-handler""#,
            r#""ConfigurationProfile": "web-app-custom-handler""#,
        ] {
            let folder = TestFolder::new();
            folder.write("host.json", &format!("{{\"version\": \"2.0\", {members}}}"));
            assert!(open(&folder).is_some_and(|problem| problem.contains("{*route}")), "{members}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_trusted() {
        let folder = TestFolder::new();
        folder.write("Web/function.json", &OPEN[..OPEN.len() - 1]);
        assert!(open(&folder).is_some_and(|problem| problem.contains("cannot be told")));
        folder.write("Web/function.json", "{");
        assert_eq!(open(&folder), None, "it has no HTTP trigger");
        let bytes: Vec<u8> = [0xff, 0xfe].into_iter().chain(OPEN.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        std::fs::write(folder.path().join("Web/function.json"), bytes).unwrap();
        assert!(open(&folder).is_some_and(|problem| problem.contains("web/{*path}")));
    }
}
