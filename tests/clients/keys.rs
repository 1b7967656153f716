//! `serve --auth` and `keys`, as a user runs them.

use crate::rust_sdk;
use rmcp::model::CallToolRequestParams;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Output;
use tests::http::exchange;
use tests::process::{App, sample};
use tests::recording::{Headers, Response};

/// A file in a folder of its own, which is deleted in the end.
struct KeyFile(PathBuf);

impl KeyFile {
    fn new(test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("mcp-trigger-keys-{test}-{}", std::process::id()));
        std::fs::create_dir(&folder).unwrap();
        KeyFile(folder.join("keys.json"))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for KeyFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.0.with_file_name(""));
    }
}

fn keys(file: &KeyFile, arguments: &[&str]) -> Output {
    let output = sample("hello").args(["keys", "--keys"]).arg(file.path()).args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    output
}

fn serve(file: &KeyFile, environment: &[(&str, &str)]) -> App {
    serve_with(file, &[], environment)
}

fn serve_with(file: &KeyFile, arguments: &[&str], environment: &[(&str, &str)]) -> App {
    let mut command = sample("hello");
    command.args(["serve", "--keys"]).arg(file.path()).args(arguments);
    command.envs(environment.iter().copied()).env("RUST_LOG", "trace");
    App::local_host(command)
}

/// The key in the mcp.json that a server prints, and all else that it wrote.
fn printed(app: App) -> (String, String) {
    app.signal("INT");
    let (_, stdout, stderr) = app.ended();
    let config = &stdout[stdout.find("mcp.json:\n").unwrap() + "mcp.json:\n".len()..];
    let config: Value = serde_json::Deserializer::from_str(config).into_iter().next().unwrap().unwrap();
    let servers = config["servers"].as_object().unwrap();
    let key = servers.values().next().unwrap()["headers"]["x-functions-key"].as_str().unwrap().to_owned();
    let rest = stdout.replacen(&key, "", 1) + &stderr;
    (key, rest)
}

fn ask(app: &App, method: &str, path: &str, key: Option<&str>) -> Response {
    let mut headers = vec![("Host".to_owned(), app.address.to_string())];
    headers.extend(key.map(|key| ("x-functions-key".to_owned(), key.to_owned())));
    exchange(app.address, method, path, &Headers(headers), b"")
}

const ENDPOINT: &str = "/runtime/webhooks/mcp";

/// The whole way of a user: keys are shown, the server asks for them, its mcp.json has the right one if that is wanted, and no log has any.
#[tokio::test(flavor = "multi_thread")]
async fn the_keys_that_are_shown_are_those_that_open() {
    let file = KeyFile::new("open");
    let shown: Value = serde_json::from_slice(&keys(&file, &["--json"]).stdout).unwrap();
    let key = |name: &str| shown[name].as_str().unwrap();
    let table = String::from_utf8(keys(&file, &[]).stdout).unwrap();
    assert_eq!(table.lines().count(), 3);
    for name in ["master", "default", "mcp_extension"] {
        assert!(table.lines().any(|line| line.starts_with(name) && line.ends_with(key(name))), "{table}");
    }

    let app = serve(&file, &[]);
    let status = |method, path, key| ask(&app, method, path, key).status;
    assert_eq!(status("GET", ENDPOINT, None), 401);
    assert_eq!(status("GET", ENDPOINT, Some(key("default"))), 403);
    assert_eq!(status("GET", ENDPOINT, Some(key("mcp_extension"))), 405);
    assert_eq!(status("HEAD", ENDPOINT, None), 404);
    // The app's own server has the keys of the function that brings it to the app in Azure.
    assert_eq!([status("PUT", "/mcp", None), status("PUT", "/mcp", Some(key("mcp_extension")))], [401, 401]);
    assert_eq!([status("PUT", "/mcp", Some(key("default"))), status("PUT", "/mcp", Some(key("master")))], [405, 405]);
    assert_eq!(status("GET", &format!("{ENDPOINT}?code={}", key("master")), None), 405);
    let client = rust_sdk::client(&app, Some(("x-functions-key", key("mcp_extension")))).await;
    assert!(!client.list_all_tools().await.unwrap().is_empty());
    // A function sees the headers of the client, and with them the key.
    client.call_tool(CallToolRequestParams::new("languages")).await.unwrap();
    client.cancel().await.unwrap();

    let (header, rest) = printed(serve_with(&file, &["--show-key"], &[]));
    assert_eq!(header, key("mcp_extension"));
    // The output of this app is no terminal.
    let (place, output) = printed(app);
    assert_eq!(place, format!("<the key mcp_extension of {}>", file.path().display()));
    assert!(output.contains("requests without the key") || output.contains("it has no key for"), "{output}");
    for name in ["master", "default", "mcp_extension"] {
        assert!(!rest.contains(key(name)) && !output.contains(key(name)), "{name} in {rest}{output}");
    }
}

/// What tools ask the host for: whether it runs, the key of the endpoint, the functions.
#[test]
fn the_master_key_opens_the_hosts_own_paths() {
    let file = KeyFile::new("admin");
    let app = serve(&file, &[]);
    let shown: Value = serde_json::from_slice(&keys(&file, &["--json"]).stdout).unwrap();
    let get = |path, name: &str| {
        let response = ask(&app, "GET", path, shown[name].as_str());
        (response.status, serde_json::from_str::<Value>(&response.body).unwrap_or_default())
    };
    for path in ["/admin/host/status", "/admin/host/systemkeys/mcp_extension", "/admin/functions"] {
        assert_eq!(ask(&app, "GET", path, None).status, 401, "{path}");
        assert_eq!(get(path, "mcp_extension").0, 403, "{path}");
        assert_eq!(get(path, "master").0, 200, "{path}");
    }
    assert_eq!(ask(&app, "GET", "/admin/host/ping", None).status, 200);
    assert_eq!(get("/admin/host/keys", "master").0, 404);
    assert_eq!(get("/admin/host/status", "master").1["state"], "Running");
    assert_eq!(get("/admin/host/systemkeys/mcp_extension", "master").1["value"], shown["mcp_extension"]);
    let functions = get("/admin/functions", "master").1;
    assert!(functions.as_array().unwrap().iter().any(|function| function["config"]["bindings"].is_array()));
}

#[test]
fn the_endpoint_is_open_where_the_settings_of_the_app_say_so() {
    let file = KeyFile::new("anonymous");
    let level = "AzureFunctionsJobHost__extensions__mcp__system__webhookAuthorizationLevel";
    let app = serve(&file, &[(level, "Anonymous")]);
    assert_eq!(ask(&app, "GET", ENDPOINT, None).status, 405);
    assert_eq!(ask(&app, "GET", "/admin/host/status", None).status, 401);
}
