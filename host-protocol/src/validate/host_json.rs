//! Mistakes in host.json that keep the app from working, as recorded (`host-json.jsonl`).

use std::fmt;

use serde_json::{Map, Value};

use super::Severity;
use crate::host_json::HostJson;
use crate::json::jsonc;

/// A mistake in host.json.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HostJsonProblem {
    /// The member with the mistake, such as `customHandler.description`.
    pub member: &'static str,
    /// The severity. Never [`Severity::FunctionInError`].
    pub severity: Severity,
    /// The mistake, what the host does because of it, and how to mend it.
    pub message: String,
}

impl fmt::Display for HostJsonProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "host.json: {}: {}", self.member, self.message)
    }
}

const NOT_RUNNING: &str = "the host answers every request with 503 `Function host is not running.`";
const STOPS: &str = "the host stops right after its start";

/// Checks a host.json.
///
/// ```
/// use host_protocol::host_json::HostJson;
/// use host_protocol::validate;
///
/// let problems = validate::host_json(&HostJson::new());
/// assert_eq!(problems[0].member, "customHandler");
/// ```
pub fn host_json(file: &HostJson) -> Vec<HostJsonProblem> {
    let Some(Value::Object(members)) = file.get(&[]) else { return Vec::new() };
    let checks = [check_version(&members), check_handler(&members)];
    let mut problems: Vec<HostJsonProblem> = checks.into_iter().flatten().collect();
    if let Some(mcp) = section(&members, "extensions").and_then(|extensions| section(extensions, "mcp")) {
        check_mcp(mcp, &mut problems);
    }
    problems
}

fn down(member: &'static str, message: String) -> HostJsonProblem {
    HostJsonProblem { member, severity: Severity::HostDown, message }
}

fn check_version(members: &Map<String, Value>) -> Option<HostJsonProblem> {
    let mend = "write `\"version\": \"2.0\"`";
    let fault = match members.get("version") {
        Some(Value::String(version)) if version == "2.0" => return None,
        Some(other) => format!("{other} is not \"2.0\""),
        // The host fills in a file with nothing in it.
        None if members.is_empty() => return None,
        None => match members.keys().find(|member| member.eq_ignore_ascii_case("version")) {
            Some(other) => format!("it is missing, for `{other}` is another case"),
            None => "it is missing".to_owned(),
        },
    };
    Some(down("version", format!("{fault}: {NOT_RUNNING}; {mend}")))
}

fn check_handler(members: &Map<String, Value>) -> Option<HostJsonProblem> {
    // The name that the section had before; the host still takes it, with a warning.
    let handler = section(members, "customHandler").or_else(|| section(members, "httpWorker"));
    let mend = "name the app's executable in `customHandler.description.defaultExecutablePath`";
    let absent = |member| down(member, format!("it is missing or empty: {STOPS}; {mend}"));
    let Some(handler) = handler else { return Some(absent("customHandler")) };
    let Some(description) = section(handler, "description") else {
        return Some(absent("customHandler.description"));
    };
    match jsonc::find(description, "defaultExecutablePath") {
        None | Some(Value::Null | Value::Array(_) | Value::Object(_)) => {}
        Some(Value::String(path)) if path.is_empty() => {}
        Some(_) => return None,
    }
    Some(absent("customHandler.description.defaultExecutablePath"))
}

fn check_mcp(mcp: &Map<String, Value>, problems: &mut Vec<HostJsonProblem>) {
    let message_options = section(mcp, "messageOptions");
    let switches = [
        ("extensions.mcp.encryptClientState", jsonc::find(mcp, "encryptClientState")),
        (
            "extensions.mcp.messageOptions.useAbsoluteUriForEndpoint",
            message_options.and_then(|options| jsonc::find(options, "useAbsoluteUriForEndpoint")),
        ),
    ];
    for (member, value) in switches {
        if let Some(value) = value.filter(|value| !is_switch(value)) {
            let effect = "the host starts, but answers every MCP request with 500";
            problems.push(down(member, format!("{value} is not a boolean: {effect}; write `true` or `false`")));
        }
    }
    let names = [("extensions.mcp.serverName", "serverName"), ("extensions.mcp.serverVersion", "serverVersion")];
    for (member, name) in names {
        if jsonc::find(mcp, name).is_some_and(|value| value.is_null() || value == "") {
            let message = "it is empty: clients are shown an empty text; remove it to have the default".to_owned();
            problems.push(HostJsonProblem { member, severity: Severity::Warning, message });
        }
    }
}

/// A member that is an object and not empty: in the host's configuration, an empty object does not exist.
fn section<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Map<String, Value>> {
    jsonc::find(members, name)?.as_object().filter(|section| !section.is_empty())
}

/// Whether the host reads a value as a boolean, or as no value: objects, arrays, `null` and the empty text. In its configuration all
/// values are text, so `"true"` is as good as `true`.
fn is_switch(value: &Value) -> bool {
    match value {
        Value::Number(_) => false,
        Value::String(text) => text.is_empty() || jsonc::parse_bool(text).is_some(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn problems_say_where_and_how_bad() {
        let handler = json!({"description": {"defaultExecutablePath": "app"}});
        let cases = [
            (json!({"version": 2.0, "customHandler": handler}), Some(("version", Severity::HostDown))),
            (json!({"Version": "2.0", "customHandler": handler}), Some(("version", Severity::HostDown))),
            (json!({}), Some(("customHandler", Severity::HostDown))),
            (
                json!({"version": "2.0", "customHandler": {"a": 1}}),
                Some(("customHandler.description", Severity::HostDown)),
            ),
            (
                json!({"version": "2.0", "customHandler": {"description": {"arguments": []}}}),
                Some(("customHandler.description.defaultExecutablePath", Severity::HostDown)),
            ),
            (json!({"version": "2.0", "CUSTOMHANDLER": {"Description": {"DefaultExecutablePath": "app"}}}), None),
            (json!({"version": "2.0", "httpWorker": handler}), None),
            (
                json!({"version": "2.0", "customHandler": handler, "extensions": {"mcp": {"EncryptClientState": 1}}}),
                Some(("extensions.mcp.encryptClientState", Severity::HostDown)),
            ),
            (
                json!({"version": "2.0", "customHandler": handler, "extensions": {"mcp": {"encryptClientState": "False"}}}),
                None,
            ),
            (
                json!({"version": "2.0", "customHandler": handler, "extensions": {"mcp": {"serverName": null}}}),
                Some(("extensions.mcp.serverName", Severity::Warning)),
            ),
        ];
        for (file, expected) in cases {
            let problems = host_json(&HostJson::parse(&file.to_string()).unwrap());
            let found = problems.first().map(|problem| (problem.member, problem.severity));
            assert_eq!(found, expected, "{file}: {problems:?}");
            assert!(problems.len() < 2, "{file}: {problems:?}");
        }
        let problem = &host_json(&HostJson::parse("{\"Version\": \"2.0\", \"httpWorker\": 1}").unwrap())[0];
        assert_eq!(
            problem.to_string(),
            "host.json: version: it is missing, for `Version` is another case: the host answers every request with 503 \
             `Function host is not running.`; write `\"version\": \"2.0\"`"
        );
    }
}
