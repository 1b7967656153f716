//! The output of a local host at its start: addresses, an mcp.json to paste, and the functions; as text or as JSON.

use super::keys::KeyGate;
use super::output;
use super::sign_in::TestSignIn;

use crate::server;
use host_protocol::function_json::{
    FunctionJson, PROMPT_TRIGGER, PromptTrigger, RESOURCE_TRIGGER, ResourceTrigger, TOOL_TRIGGER, ToolTrigger,
};
use host_protocol::http_trigger::HttpFunction;
use local_host::NotRun;
use mcp_trigger_core::telemetry::line;
use serde_json::{Value, json};
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

/// The content of the banner.
pub(super) struct Banner<'a> {
    pub(super) address: SocketAddr,
    /// The name of the server in mcp.json.
    pub(super) name: String,
    /// Whether the app is an MCP server itself.
    pub(super) has_server: bool,
    pub(super) storages: &'a [String],
    pub(super) gate: Option<&'a KeyGate>,
    /// The issuers of the access tokens that clients need; empty if they need none.
    pub(super) issuers: Vec<String>,
    /// The sign-in of test users.
    pub(super) sign_in: Option<&'a TestSignIn>,
    /// Whether mcp.json has the key itself, and not only its place.
    pub(super) shows_key: bool,
    pub(super) functions: &'a [(String, FunctionJson)],
    /// The prefix of the routes of HTTP functions.
    pub(super) route_prefix: &'a str,
    /// The functions that the app's own server does not serve, and why.
    pub(super) not_at_mcp: &'a [(String, String)],
    pub(super) not_run: &'a [NotRun],
    pub(super) problems: &'a [String],
    /// The settings that come from local.settings.json.
    pub(super) settings: Option<String>,
    /// Why `func start` would not run the app.
    pub(super) refused_by_func: &'a [String],
}

/// A function that runs.
struct Listed<'a> {
    kind: &'static str,
    function: &'a str,
    /// The name that clients know it by; the address of a resource, the route of an HTTP function.
    name: String,
    description: String,
}

const HTTP_FUNCTION: &str = "HTTP function";
const KINDS: [&str; 4] = ["tool", "resource", "prompt", HTTP_FUNCTION];

impl<'a> Listed<'a> {
    fn new(function: &'a str, file: &FunctionJson, route_prefix: &str) -> Option<Self> {
        let trigger = file.trigger()?;
        let (kind, name, description) = if trigger.is(TOOL_TRIGGER) {
            let tool = ToolTrigger::try_from(trigger).ok()?;
            (KINDS[0], tool.tool_name, Some(tool.description))
        } else if trigger.is(RESOURCE_TRIGGER) {
            let resource = ResourceTrigger::try_from(trigger).ok()?;
            (KINDS[1], resource.uri, resource.description)
        } else if trigger.is(PROMPT_TRIGGER) {
            let prompt = PromptTrigger::try_from(trigger).ok()?;
            (KINDS[2], prompt.prompt_name, prompt.description)
        } else {
            let HttpFunction { route, level, .. } = HttpFunction::read(function, file)?.ok()?;
            let slash = if route_prefix.is_empty() { "" } else { "/" };
            let opened_by = format!("{function}, authLevel {}", level.name().to_lowercase());
            (KINDS[3], format!("/{route_prefix}{slash}{}", route.trim_start_matches('/')), Some(opened_by))
        };
        Some(Listed { kind, function, name, description: description.unwrap_or_default() })
    }
}

impl Banner<'_> {
    fn url(&self) -> String {
        // Clients cannot connect to "any address".
        let ip = match self.address.ip() {
            ip if ip.is_unspecified() && ip.is_ipv4() => Ipv4Addr::LOCALHOST.into(),
            ip if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        format!("http://{}", SocketAddr::new(ip, self.address.port()))
    }

    /// Whether there is something at the host's own endpoint. An app in the self-hosted form has nothing there.
    fn has_endpoint(&self) -> bool {
        !self.has_server || self.listed().any(|listed| listed.kind != HTTP_FUNCTION)
    }

    /// The entry of the server in mcp.json.
    fn config(&self) -> Value {
        let (path, key) = match self.gate {
            gate if self.has_endpoint() => (local_host::PATH, gate.and_then(KeyGate::client_key)),
            gate => (server::PATH, gate.map(|gate| ("default", gate.keys.host()))),
        };
        let mut entry = json!({ "type": "http", "url": self.url() + path });
        if let (Some((name, key)), Some(gate)) = (key, self.gate) {
            let place = format!("<the key {name} of {}>", gate.file);
            entry["headers"] = json!({ "x-functions-key": if self.shows_key { key } else { &place } });
        }
        json!({ "servers": { &self.name: entry } })
    }

    fn listed(&self) -> impl Iterator<Item = Listed<'_>> {
        self.functions.iter().filter_map(|(function, file)| Listed::new(function, file, self.route_prefix))
    }

    /// The same for machines, in one line.
    pub(super) fn to_json(&self) -> String {
        let functions = self.listed().map(|Listed { kind, function, name, description }| {
            let mut listed = json!({ "kind": kind, "name": name, "function": function, "description": description });
            if let Some((_, why)) = self.not_at_mcp.iter().find(|(name, _)| name == function) {
                listed["notAtMcp"] = json!(why);
            }
            listed
        });
        let not_run = self.not_run.iter().map(|it| json!({ "function": it.function, "reason": it.reason }));
        let mut banner = json!({
            "address": self.address.to_string(),
            "endpoint": self.url() + local_host::PATH,
            "server": self.has_server.then(|| self.url() + server::PATH),
            "mcpJson": self.config(),
            "functions": functions.collect::<Vec<_>>(),
            "notRun": not_run.collect::<Vec<_>>(),
            "problems": self.problems,
            "refusedByFunc": self.refused_by_func,
            "settings": self.settings,
            "storage": self.storages,
        });
        if !self.issuers.is_empty() {
            banner["tokens"] = json!({ "issuers": self.issuers });
        }
        if let Some([users, agents]) = self.sign_in.map(TestSignIn::to_json) {
            banner["tokens"]["users"] = users;
            banner["tokens"]["agents"] = agents;
        }
        if let Some(gate) = self.gate {
            banner["keys"] = json!({ "file": gate.file, "endpointIsOpen": gate.is_open });
        }
        output::printable_json(banner.to_string())
    }

    /// How many functions an address has, if it has not all.
    fn how_many_at(&self, path: &str) -> String {
        if path != server::PATH || self.not_at_mcp.is_empty() {
            return String::new();
        }
        let count = self.listed().filter(|listed| listed.kind != HTTP_FUNCTION).count();
        format!(" ({} of {count} functions)", count.saturating_sub(self.not_at_mcp.len()))
    }

    /// The functions by their kinds, each with the first line of its description.
    fn write_functions(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut is_empty = true;
        for kind in KINDS {
            let of_kind = self.listed().filter(|listed| listed.kind == kind);
            let first_line = |text: &str| text.lines().next().unwrap_or_default().to_owned();
            let rows: Vec<_> = of_kind.map(|listed| [listed.name, first_line(&listed.description)]).collect();
            match rows.len() {
                0 => continue,
                1 => writeln!(f, "1 {kind}:")?,
                count => writeln!(f, "{count} {kind}s:")?,
            }
            is_empty = false;
            f.write_str(&output::columns(&rows, "  "))?;
        }
        if !self.not_at_mcp.is_empty() {
            writeln!(f, "Not at {}:", server::PATH)?;
            let not_there = |listed: Listed<'_>| {
                let (_, why) = self.not_at_mcp.iter().find(|(name, _)| name == listed.function)?;
                Some([listed.name, why.clone()])
            };
            let rows: Vec<_> = self.listed().filter_map(not_there).collect();
            f.write_str(&output::columns(&rows, "  "))?;
        }
        if !self.not_run.is_empty() {
            writeln!(f, "Not run by the local host:")?;
            let rows: Vec<_> = self.not_run.iter().map(|it| [it.function.clone(), it.reason.clone()]).collect();
            return f.write_str(&output::columns(&rows, "  "));
        }
        if is_empty {
            writeln!(
                f,
                "No functions: a package that has some is linked when the code names it, as in `use my_tools as _;`"
            )?;
        }
        Ok(())
    }
}

impl fmt::Display for Banner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths =
            [("MCP endpoint", local_host::PATH, self.has_endpoint()), ("MCP server", server::PATH, self.has_server)];
        let is_there = |(_, _, is_there): &(_, _, bool)| *is_there;
        let address = |(name, path, _): (&str, &str, _)| [name.to_owned(), self.url() + path + &self.how_many_at(path)];
        let mut rows: Vec<_> = paths.into_iter().filter(is_there).map(address).collect();
        rows.extend(self.storages.iter().map(|storage| ["Storage".to_owned(), storage.clone()]));
        if let Some(KeyGate { file, is_open, .. }) = self.gate {
            let exception =
                if *is_open { "; none for the endpoint: webhookAuthorizationLevel is `Anonymous`" } else { "" };
            rows.push(["Keys".to_owned(), format!("{file}{exception}")]);
        }
        if !self.issuers.is_empty() {
            rows.push(["Tokens".to_owned(), format!("of {}", self.issuers.join(", "))]);
        }
        rows.extend(self.sign_in.iter().flat_map(|sign_in| sign_in.rows()));
        rows.extend(self.settings.iter().map(|settings| ["Settings".to_owned(), settings.clone()]));
        f.write_str(&output::columns(&rows, ""))?;
        let config = output::printable_json(format!("{:#}", self.config()));
        writeln!(f, "\n.vscode/mcp.json:\n{config}\n")?;
        self.write_functions(f)?;
        for (heading, lines) in
            [("Problems", self.problems), ("What `func start` does not take as it is", self.refused_by_func)]
        {
            if !lines.is_empty() {
                writeln!(f, "{heading}:")?;
                lines.iter().try_for_each(|text| writeln!(f, "  {}", line(text)))?;
            }
        }
        writeln!(f, "\nCtrl-C stops it.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::local::keys::tests::gate;
    use host_protocol::function_json::AuthLevel;
    use host_protocol::function_json::Binding;

    fn banner<'a>(functions: &'a [(String, FunctionJson)], gate: Option<&'a KeyGate>) -> Banner<'a> {
        Banner {
            address: SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), 8080),
            name: "greeter".to_owned(),
            has_server: false,
            storages: &[],
            gate,
            issuers: Vec::new(),
            sign_in: None,
            shows_key: true,
            functions,
            route_prefix: "api",
            not_at_mcp: &[],
            not_run: &[],
            problems: &[],
            settings: None,
            refused_by_func: &[],
        }
    }

    fn functions() -> Vec<(String, FunctionJson)> {
        let timer = Binding::new("timerTrigger", host_protocol::function_json::Direction::In, "timer");
        let hello = ToolTrigger::new("hello", "Says hello.\nTo all.").into();
        let logo = ResourceTrigger::new("docs://logo", "Logo").into();
        let http = host_protocol::function_json::forwarded_route("/users/{id}", AuthLevel::Anonymous);
        let http = http.trigger().unwrap().clone();
        [("Hello", hello), ("Logo", logo), ("Tick", timer), ("Users", http)]
            .map(|(name, trigger)| (name.to_owned(), FunctionJson::generated(vec![trigger])))
            .into()
    }

    #[test]
    fn it_says_where_and_what() {
        let tick = NotRun::new("Tick", "the local host runs no `timerTrigger`");
        let text = Banner {
            has_server: true,
            storages: &["a folder".to_owned()],
            not_run: &[tick],
            problems: &["host.json: something".to_owned()],
            settings: Some("2 values of local.settings.json".to_owned()),
            refused_by_func: &["local.settings.json: something else".to_owned()],
            ..banner(&functions(), None)
        }
        .to_string();
        insta::assert_snapshot!(text, @r#"
        MCP endpoint  http://127.0.0.1:8080/runtime/webhooks/mcp
        MCP server    http://127.0.0.1:8080/mcp
        Storage       a folder
        Settings      2 values of local.settings.json

        .vscode/mcp.json:
        {
          "servers": {
            "greeter": {
              "type": "http",
              "url": "http://127.0.0.1:8080/runtime/webhooks/mcp"
            }
          }
        }

        1 tool:
          hello  Says hello.
        1 resource:
          docs://logo
        1 HTTP function:
          /api/users/{id}  Users, authLevel anonymous
        Not run by the local host:
          Tick  the local host runs no `timerTrigger`
        Problems:
          host.json: something
        What `func start` does not take as it is:
          local.settings.json: something else

        Ctrl-C stops it.
        "#);
    }

    #[test]
    fn an_app_that_is_only_its_own_server_is_reached_there() {
        let route = host_protocol::function_json::forwarded_route("{*route}", AuthLevel::Function);
        let functions = [("http-handler1".to_owned(), route)];
        let banner = Banner { has_server: true, route_prefix: "", ..banner(&functions, None) };
        assert_eq!(banner.config()["servers"]["greeter"]["url"], "http://127.0.0.1:8080/mcp");
        assert!(!banner.to_string().contains("/runtime/"), "{banner}");
    }

    #[test]
    fn the_key_is_where_one_is_asked_for() {
        let is_open = [false, true].map(gate);
        let text = banner(&[], Some(&is_open[0])).to_string();
        let config: Value = serde_json::from_str(&text[text.find('{').unwrap()..=text.rfind('}').unwrap()]).unwrap();
        assert_eq!(config["servers"]["greeter"]["headers"], json!({ "x-functions-key": "s3cret" }));
        assert!(text.contains("\nKeys          keys.json\n"), "{text}");
        let unseen = Banner { shows_key: false, ..banner(&[], Some(&is_open[0])) };
        for text in [unseen.to_string(), unseen.to_json()] {
            assert!(!text.contains("s3cret") && text.contains("<the key mcp_extension of keys.json>"), "{text}");
        }
        let text = banner(&[], Some(&is_open[1])).to_string();
        assert!(!text.contains("s3cret") && text.contains("`Anonymous`"), "{text}");
    }

    #[test]
    fn machines_get_one_line() {
        let text = banner(&functions(), Some(&gate(false))).to_json();
        assert_eq!(text.lines().count(), 1);
        let json: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["endpoint"], "http://127.0.0.1:8080/runtime/webhooks/mcp");
        assert_eq!(json["server"], Value::Null);
        assert_eq!(
            json["functions"][0],
            json!({ "kind": "tool", "name": "hello", "function": "Hello", "description": "Says hello.\nTo all." })
        );
        assert_eq!(json["functions"].as_array().unwrap().len(), 3);
        assert_eq!(json["keys"], json!({ "file": "keys.json", "endpointIsOpen": false }));
    }
}
