//! host.json as the host reads it, with the defaults of the host.

use super::host_json_reader::HostJsonReader;
use super::webhook_authorization;
use crate::endpoint::Implementation;
use crate::http_trigger::Forwarding;
use host_protocol::host_json::HostJson;
use serde_json::Value;
use std::time::Duration;

/// The members of host.json, with the values of variables in place of their own.
#[derive(Clone, Debug)]
pub(crate) struct HostConfiguration {
    /// The command of the handler.
    pub(crate) description: HandlerDescription,
    /// The port of the handler. Default: a free port.
    pub(crate) port: Option<u16>,
    /// The time that the handler has until it answers `GET /`.
    pub(crate) initialization_timeout: Duration,
    /// The time limit of an invocation. `None`: no limit.
    pub(crate) function_timeout: Option<Duration>,
    /// For HTTP triggers.
    pub(crate) http: HttpConfiguration,
    /// For the endpoint.
    pub(crate) mcp: McpConfiguration,
    /// Whether the host loads extensions from a bundle.
    pub(crate) has_bundle: bool,
    /// The functions to load. `None`: all functions.
    pub(crate) functions: Option<Vec<String>>,
}

/// `customHandler.description`.
#[derive(Clone, Debug, Default)]
pub(crate) struct HandlerDescription {
    pub(crate) executable: String,
    /// The folder that the handler runs in, from the app's.
    pub(crate) working_directory: String,
    /// The folder that the executable is in, from the app's.
    pub(crate) worker_directory: String,
    pub(crate) arguments: Vec<String>,
    pub(crate) worker_path: String,
    pub(crate) worker_arguments: Vec<String>,
    /// Whether all lines on standard error are errors. Default: their words decide, as under Core Tools.
    pub(crate) stderr_is_errors: bool,
}

/// Routes and forwarding of HTTP functions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct HttpConfiguration {
    /// The first segments of all routes, without outer slashes. Default: `api`.
    pub(crate) route_prefix: String,
    /// How requests are forwarded to the handler. `None`: functions are invoked.
    pub(crate) forwarding: Option<Forwarding>,
    /// Routes to the handler without functions, each with its authorization level.
    pub(crate) routes: Vec<(String, String)>,
}

/// `extensions.mcp`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct McpConfiguration {
    pub(crate) server: Implementation,
    pub(crate) instructions: Option<String>,
    /// Whether session ids are signed, if there is a key.
    pub(crate) encrypt_client_state: bool,
    /// `system.webhookAuthorizationLevel`, which matters only where the host asks for keys.
    pub(crate) webhook_authorization_level: Option<Value>,
    /// Whether the legacy transport gives clients an absolute URI for messages.
    pub(crate) use_absolute_uri_for_endpoint: bool,
}

/// The default of the host outside of the Consumption plan.
const FUNCTION_TIMEOUT: Duration = Duration::from_secs(30 * 60);
const INITIALIZATION_TIMEOUT: Duration = Duration::from_secs(30);
/// All profiles but the default. No difference between the two is known.
const PROFILES: [&str; 2] = ["mcp-custom-handler", "web-app-custom-handler"];

impl HostConfiguration {
    /// Reads a host.json without [problems](host_protocol::validate::host_json). `place` names a member such as `a.b`
    /// for messages.
    ///
    /// # Errors
    ///
    /// If a member has a wrong value: each problem with the member and what to write instead.
    pub(crate) fn read(file: &HostJson, place: &dyn Fn(&str) -> String) -> Result<Self, Vec<String>> {
        let mut members = HostJsonReader { file, place, problems: Vec::new() };
        let configuration = members.configuration();
        if members.problems.is_empty() { Ok(configuration) } else { Err(members.problems) }
    }
}

impl HostJsonReader<'_> {
    fn configuration(&mut self) -> HostConfiguration {
        let profile = self.text(&["configurationProfile"]).unwrap_or_default();
        let is = |known: &str| profile.eq_ignore_ascii_case(known);
        let self_hosted = PROFILES.into_iter().any(is);
        if !self_hosted && !profile.is_empty() && !is("default") {
            let known = PROFILES.join("` or `");
            self.wrong(&["configurationProfile"], &format!("`{profile}` is not known"), &format!("`{known}`"));
        }
        // The name that the section had before; the host takes it if the new one is not there.
        let is_absent = |name| {
            self.file.get(&[name]).is_none_or(|section| section.as_object().is_none_or(serde_json::Map::is_empty))
        };
        let handler = if is_absent("customHandler") { "httpWorker" } else { "customHandler" };
        HostConfiguration {
            description: self.description(handler),
            port: self.port(handler),
            initialization_timeout: self
                .duration(&[handler, "initializationTimeout"])
                .flatten()
                .unwrap_or(INITIALIZATION_TIMEOUT),
            function_timeout: self.duration(&["functionTimeout"]).unwrap_or(Some(FUNCTION_TIMEOUT)),
            http: self.http(handler, self_hosted),
            mcp: self.mcp(),
            has_bundle: !is_absent("extensionBundle"),
            functions: self.file.get(&["functions"]).is_some().then(|| self.list(&["functions"])),
        }
    }

    fn description(&mut self, handler: &str) -> HandlerDescription {
        let path = |member| [handler, "description", member];
        HandlerDescription {
            executable: self.text(&path("defaultExecutablePath")).unwrap_or_default(),
            working_directory: self.text(&path("workingDirectory")).unwrap_or_default(),
            worker_directory: self.text(&path("workerDirectory")).unwrap_or_default(),
            arguments: self.list(&path("arguments")),
            worker_path: self.text(&path("defaultWorkerPath")).unwrap_or_default(),
            worker_arguments: self.list(&path("workerArguments")),
            stderr_is_errors: self.flag(&path("useStdErrorStreamForErrorsOnly")).unwrap_or(false),
        }
    }

    fn http(&mut self, handler: &str, self_hosted: bool) -> HttpConfiguration {
        let default_prefix = if self_hosted { "" } else { "api" };
        let prefix = self.text(&["extensions", "http", "routePrefix"]);
        let routes = self.file.get(&[handler, "http", "routes"]);
        let routes = routes.as_ref().and_then(Value::as_array).filter(|routes| !routes.is_empty());
        let level = self.text(&[handler, "http", "defaultAuthorizationLevel"]).filter(|level| !level.is_empty());
        let level = level.unwrap_or_else(|| "function".to_owned());
        let route = |route: &Value| {
            let text = |member: &str| route[member].as_str().map(str::to_owned);
            (text("route").unwrap_or_default(), text("authorizationLevel").unwrap_or_else(|| level.clone()))
        };
        let catch_all = || ("{*route}".to_owned(), level.clone());
        let forwarding = self.flag(&[handler, "enableForwardingHttpRequest"]).unwrap_or(false);
        // The newer way wins.
        let proxying = self.flag(&[handler, "enableProxyingHttpRequest"]).unwrap_or(self_hosted);
        HttpConfiguration {
            route_prefix: prefix
                .map_or_else(|| default_prefix.to_owned(), |prefix| prefix.trim_matches('/').to_owned()),
            forwarding: match (proxying, forwarding) {
                (true, _) => Some(Forwarding::Streamed),
                (false, true) => Some(Forwarding::Buffered),
                (false, false) => None,
            },
            routes: match routes {
                Some(routes) => routes.iter().map(route).collect(),
                None => self_hosted.then(catch_all).into_iter().collect(),
            },
        }
    }

    fn mcp(&mut self) -> McpConfiguration {
        let default = Implementation::default();
        let text = |name| self.text(&["extensions", "mcp", name]);
        McpConfiguration {
            server: Implementation {
                name: text("serverName").unwrap_or(default.name),
                version: text("serverVersion").unwrap_or(default.version),
            },
            instructions: text("instructions"),
            webhook_authorization_level: webhook_authorization::level(self.file),
            encrypt_client_state: self.flag(&["extensions", "mcp", "encryptClientState"]).unwrap_or(true),
            use_absolute_uri_for_endpoint: self
                .flag(&["extensions", "mcp", "messageOptions", "useAbsoluteUriForEndpoint"])
                .unwrap_or(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(members: &str) -> Result<HostConfiguration, Vec<String>> {
        let file = HostJson::parse(&format!("{{\"version\": \"2.0\"{members}}}")).unwrap();
        HostConfiguration::read(&file, &|member| format!("host.json: {member}"))
    }

    #[test]
    fn without_members_the_host_has_defaults() {
        let configuration = read("").unwrap();
        assert_eq!(configuration.http.route_prefix, "api");
        assert_eq!(configuration.function_timeout, Some(FUNCTION_TIMEOUT));
        assert_eq!(configuration.mcp.server, Implementation::default());
        assert!(configuration.mcp.encrypt_client_state && !configuration.description.stderr_is_errors);
        assert!(
            configuration.http.forwarding.is_none()
                && configuration.http.routes.is_empty()
                && configuration.port.is_none()
        );
    }

    #[test]
    fn members_may_be_text_and_in_any_case() {
        let configuration = read(
            r#", "functionTimeout": "00:00:01", "CustomHandler": {"EnableForwardingHttpRequest": "True", "port": "8000"},
               "extensions": {"HTTP": {"routePrefix": "/v1/"}, "mcp": {"serverName": null, "instructions": "", "encryptClientState": "false",
               "messageOptions": {"useAbsoluteUriForEndpoint": true}}}"#,
        )
        .unwrap();
        assert_eq!(configuration.function_timeout, Some(Duration::from_secs(1)));
        assert_eq!((configuration.port, configuration.http.forwarding), (Some(8000), Some(Forwarding::Buffered)));
        assert_eq!(configuration.http.route_prefix, "v1");
        assert_eq!((configuration.mcp.server.name.as_str(), configuration.mcp.instructions.as_deref()), ("", Some("")));
        assert!(!configuration.mcp.encrypt_client_state && configuration.mcp.use_absolute_uri_for_endpoint);
    }

    #[test]
    fn a_profile_only_gives_other_defaults() {
        let http =
            |members: &str| read(&format!(", \"configurationProfile\": \"MCP-custom-handler\"{members}")).unwrap().http;
        let catch_all = http("");
        assert_eq!((catch_all.route_prefix.as_str(), catch_all.forwarding), ("", Some(Forwarding::Streamed)));
        assert_eq!(catch_all.routes, [("{*route}".to_owned(), "function".to_owned())]);
        let own = http(
            r#", "customHandler": {"enableProxyingHttpRequest": false, "http": {"defaultAuthorizationLevel": "anonymous",
               "routes": [{"route": "a/{*rest}", "authorizationLevel": "admin"}, {"route": "b"}]}}, "extensions": {"http": {"routePrefix": "x"}}"#,
        );
        assert_eq!((own.route_prefix.as_str(), own.forwarding), ("x", None));
        let routes = [("a/{*rest}", "admin"), ("b", "anonymous")];
        assert_eq!(own.routes, routes.map(|(route, level)| (route.to_owned(), level.to_owned())));
    }

    #[test]
    fn the_section_of_old_is_read_where_there_is_no_new_one() {
        let executable = |members: &str| read(members).unwrap().description.executable;
        assert_eq!(
            executable(r#", "httpWorker": {"description": {"defaultExecutablePath": "old"}}, "customHandler": {}"#),
            "old"
        );
        let both = r#", "httpWorker": {"description": {"defaultExecutablePath": "old"}},
            "customHandler": {"description": {"defaultExecutablePath": "new"}}"#;
        assert_eq!(executable(both), "new");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_member() {
        let problems = read(
            r#", "functionTimeout": "5", "configurationProfile": "x", "customHandler": {"port": 0, "enableForwardingHttpRequest": "yes"}"#,
        );
        let problems = problems.unwrap_err();
        assert_eq!(problems.len(), 4, "{problems:?}");
        for member in [
            "functionTimeout",
            "configurationProfile",
            "customHandler.port",
            "customHandler.enableForwardingHttpRequest",
        ] {
            assert!(
                problems.iter().any(|problem| problem.starts_with(&format!("host.json: {member}: "))),
                "{problems:?}"
            );
        }
    }
}
