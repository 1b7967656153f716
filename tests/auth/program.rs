//! The guarded program in its forms, and requests to it.

use crate::issuer::{Issuer, Key};
use serde_json::{Value, json};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};
use tests::folder::TempFolder;
use tests::http::exchange;
use tests::process::App;
use tests::recording::{Headers, Response};

pub(crate) const GUARDED: &str = env!("CARGO_BIN_EXE_guarded");
pub(crate) const AUDIENCE: &str = "https://app.example/mcp";

/// A program with the paths of its endpoints.
pub(crate) struct Program {
    pub(crate) app: App,
    pub(crate) endpoints: &'static [&'static str],
    _folder: Option<TempFolder>,
}

/// The settings of a program that accepts the tokens of an issuer.
pub(crate) fn settings(issuer: &Issuer) -> Vec<(&'static str, String)> {
    vec![
        ("WEBSITE_AUTH_OPENID_ISSUER", issuer.address()),
        ("MCP_TRIGGER_AUTH_AUDIENCES", format!("{AUDIENCE}, other-of-ours")),
        ("WEBSITE_AUTH_PRM_DEFAULT_WITH_SCOPES", "notes".to_owned()),
    ]
}

/// As the custom handler of a Functions host.
pub(crate) fn handler(settings: &[(&str, String)]) -> Program {
    let mut command = Command::new(GUARDED);
    command.envs(settings.iter().map(|(name, value)| (*name, value.as_str())));
    Program { app: App::handler_of(command), endpoints: &["/mcp"], _folder: None }
}

/// By itself, which is a local host too.
pub(crate) fn serve(settings: &[(&str, String)]) -> Program {
    let folder = TempFolder::new();
    let mut command = Command::new(GUARDED);
    command.current_dir(folder.path()).arg("serve").arg("--storage").arg(folder.path().join("storage"));
    command.envs(settings.iter().map(|(name, value)| (*name, value.as_str())));
    Program { app: App::local_host(command), endpoints: &["/mcp", "/runtime/webhooks/mcp"], _folder: Some(folder) }
}

/// Behind the local host, which has the gate.
pub(crate) fn host(settings: &[(&str, String)]) -> Program {
    let folder = TempFolder::new();
    let mut generate = Command::new(GUARDED);
    generate.args(["generate", "--root"]).arg(folder.path()).env_remove("FUNCTIONS_CUSTOMHANDLER_PORT");
    assert!(generate.output().unwrap().status.success());
    let values: serde_json::Map<_, _> =
        settings.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let mut values = Value::Object(values);
    values["FUNCTIONS_WORKER_RUNTIME"] = json!("custom");
    folder.write("local.settings.json", &json!({ "IsEncrypted": false, "Values": values }).to_string());
    let mut command = Command::new(GUARDED);
    command.args(["host", "--auth", "entra", "--root"]).arg(folder.path());
    command.env("AzureFunctionsJobHost__customHandler__description__defaultExecutablePath", GUARDED);
    Program { app: App::local_host(command), endpoints: &["/mcp", "/runtime/webhooks/mcp"], _folder: Some(folder) }
}

/// The time now, in seconds.
pub(crate) fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

/// The claims of a valid token.
pub(crate) fn claims(issuer: &Issuer) -> Value {
    json!({
        "iss": issuer.address(), "aud": AUDIENCE, "sub": "jane", "scope": "notes more", "roles": ["reader"],
        "iat": now(), "nbf": now(), "exp": now() + 600, "client_id": "inspector", "name": "Jane"
    })
}

/// A valid token of somebody.
pub(crate) fn token_of(issuer: &Issuer, key: &Key, name: &str) -> String {
    let mut claims = claims(issuer);
    claims["sub"] = json!(name);
    key.token(&claims)
}

impl Program {
    /// Sends a message to an endpoint, with further headers.
    pub(crate) fn post(&self, path: &str, headers: &[(&str, String)], message: &Value) -> Response {
        self.request("POST", path, headers, message.to_string().as_bytes())
    }

    pub(crate) fn request(&self, method: &str, path: &str, headers: &[(&str, String)], body: &[u8]) -> Response {
        let host = self.app.address.to_string();
        let usual = [
            ("Accept", "application/json, text/event-stream"),
            ("Content-Type", "application/json"),
            ("MCP-Protocol-Version", "2025-11-25"),
            ("Host", &host),
        ];
        let is_given = |name: &str| headers.iter().any(|(given, _)| given.eq_ignore_ascii_case(name));
        let mut all: Vec<(String, String)> = usual
            .into_iter()
            .filter(|(name, _)| !is_given(name))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        all.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        exchange(self.app.address, method, path, &Headers(all), body)
    }

    /// Calls a tool, with further headers.
    pub(crate) fn call(&self, path: &str, tool: &str, headers: &[(&str, String)]) -> Response {
        self.post(path, headers, &call(tool))
    }
}

/// The message that calls a tool.
pub(crate) fn call(tool: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": tool, "arguments": {} } })
}

/// The header with a token.
pub(crate) fn bearer(token: impl AsRef<str>) -> (&'static str, String) {
    ("Authorization", format!("Bearer {}", token.as_ref()))
}
