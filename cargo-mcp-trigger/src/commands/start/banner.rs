//! The first output for an app that is ready: its address, an entry for mcp.json, its functions, and how to stop.

use super::lines::Label;
use crate::output::{self, ASIDE, HEADLINE, NAME};
use serde_json::Value;
use std::collections::HashMap;

/// Announces an app, once.
pub(super) struct Ready {
    pub(super) package: String,
    pub(super) label: Label,
    /// Whether the output is for machines.
    pub(super) json: bool,
}

impl Ready {
    pub(super) fn label(&self) -> &Label {
        &self.label
    }

    /// Prints what the host says on its standard output when it is ready. Gives the names of functions for clients by those of the
    /// host; `None` if the line is something else.
    pub(super) fn announce(&self, line: &str) -> Option<HashMap<String, String>> {
        let mut said: Value = serde_json::from_str(line).ok().filter(Value::is_object)?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let functions = said["functions"].as_array().into_iter().flatten();
        let names = functions.map(|function| (text(&function["function"]), text(&function["name"]))).collect();
        if self.json {
            said["app"] = self.package.as_str().into();
            output::print(said);
        } else {
            output::print(format!("{}\n", self.label.before(&self.text(&said))));
        }
        Some(names)
    }

    fn text(&self, said: &Value) -> String {
        let text = |value: &Value| output::foreign(value.as_str().unwrap_or_default());
        let functions: Vec<_> = said["functions"].as_array().into_iter().flatten().collect();
        let is_http = |function: &&&Value| function["kind"] == "HTTP function";
        // An app in the self-hosted form has nothing at the endpoint of the host.
        let has_endpoint = said["server"].is_null() || functions.iter().any(|function| !is_http(&function));
        let addresses = [(true, &said["server"]), (has_endpoint, &said["endpoint"])];
        let addresses = addresses.iter().filter(|(is_there, address)| *is_there && address.is_string());
        let mut out = String::new();
        for (_, address) in addresses {
            out += &format!("{} {}\n", output::styled(HEADLINE, &self.package), output::styled(NAME, text(address)));
        }
        out += &output::styled(ASIDE, "Ctrl-C stops it; a change of its sources reloads it");
        out += &format!("\n\n{}\n", output::styled(HEADLINE, ".vscode/mcp.json"));
        out += &output::foreign(&format!("{:#}", said["mcpJson"]));
        out += "\n";
        for (kind, headline) in [("tool", "Tools"), ("resource", "Resources"), ("prompt", "Prompts")] {
            let of_kind = functions.iter().filter(|function| function["kind"] == kind);
            let line = |value: &Value| text(value).lines().next().unwrap_or_default().to_owned();
            let rows: Vec<_> =
                of_kind.map(|function| [line(&function["name"]), line(&function["description"])]).collect();
            if !rows.is_empty() {
                out += &format!("\n{}\n{}\n", output::styled(HEADLINE, headline), output::table(&rows, [NAME, ASIDE]));
            }
        }
        let not_run = said["notRun"].as_array().into_iter().flatten();
        let not_run = not_run.map(|it| format!("{}: {}", text(&it["function"]), text(&it["reason"])));
        let problems = said["problems"].as_array().into_iter().flatten().map(text);
        let storage = said["storage"].as_array().into_iter().flatten().map(text);
        let keys = said["keys"]["file"].as_str().map(output::foreign);
        for (headline, lines) in [
            ("Storage", storage.collect::<Vec<_>>()),
            ("Keys", keys.into_iter().collect()),
            ("Not run by the local host", not_run.collect()),
            ("Problems", problems.collect()),
        ] {
            if !lines.is_empty() {
                out += &format!("\n{}\n  {}\n", output::styled(HEADLINE, headline), lines.join("\n  "));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn shown(said: &Value) -> String {
        let ready = Ready { package: "hello".to_owned(), label: Label::default(), json: false };
        anstream::adapter::strip_str(&ready.text(said)).to_string()
    }

    #[test]
    fn addresses_come_first_then_mcp_json_and_functions() {
        let text = shown(&json!({
            "server": "http://127.0.0.1:7071/mcp",
            "endpoint": "http://127.0.0.1:7071/runtime/webhooks/mcp",
            "mcpJson": { "servers": {} },
            "functions": [
                { "kind": "tool", "name": "hello", "function": "Hello", "description": "Says hello.\nTo all." },
                { "kind": "HTTP function", "name": "/mcp", "function": "mcp", "description": "x" }
            ],
            "notRun": [{ "function": "Tick", "reason": "no timers" }], "problems": [], "storage": ["a folder"],
        }));
        let expected = "hello http://127.0.0.1:7071/mcp\nhello http://127.0.0.1:7071/runtime/webhooks/mcp\nCtrl-C stops it; \
            a change of its sources reloads it\n\n.vscode/mcp.json\n{\n  \"servers\": {}\n}\n\nTools\n  hello  Says hello.\n\nStorage\n  \
            a folder\n\nNot run by the local host\n  Tick: no timers\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_self_hosted_app_has_one_address() {
        let text = shown(&json!({
            "server": "http://127.0.0.1:7071/mcp", "endpoint": "http://127.0.0.1:7071/runtime/webhooks/mcp",
            "functions": [{ "kind": "HTTP function", "name": "/{*route}", "function": "http-handler1" }],
        }));
        assert!(text.contains("/mcp") && !text.contains("/runtime/"), "{text}");
    }

    #[test]
    fn only_an_object_is_an_announcement() {
        let ready = Ready { package: "hello".to_owned(), label: Label::default(), json: true };
        assert_eq!(ready.announce("free text"), None);
        let names = ready.announce(r#"{"functions": [{"name": "hello", "function": "Hello"}]}"#).unwrap();
        assert_eq!(names["Hello"], "hello");
    }
}
