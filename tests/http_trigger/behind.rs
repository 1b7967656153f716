//! A handler of ours behind a host that hands requests on to it.

use super::handler::{Connect, Nobody};
use super::{Site, generated, runtime};
use host_protocol::FunctionJson;
use host_protocol::function_json::routed_functions;
use local_host::{Forwarding, Keys, LocalHost};
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::sync::Arc;
use tests::http::exchange;
use tests::process::{App, free_port};
use tests::recording::{Headers, Response};

/// A host, and the handler behind it.
pub(crate) struct Behind {
    pub(crate) site: Site,
    pub(crate) handler: App,
}

/// The two forms that `generate` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Functions,
    SelfHosted,
}

pub(crate) const FORWARDINGS: [Forwarding; 2] = [Forwarding::Buffered, Forwarding::Streamed];

impl Behind {
    /// Starts both. A host without keys lets everybody do everything.
    pub(crate) fn start(form: Form, forwarding: Forwarding, keys: Option<Keys>) -> Self {
        let arguments: &[&str] = if form == Form::SelfHosted { &["--no-invocations"] } else { &[] };
        Behind::start_with(form, forwarding, keys, arguments, &[])
    }

    pub(crate) fn start_with(
        form: Form,
        forwarding: Forwarding,
        keys: Option<Keys>,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let functions = match form {
            Form::Functions => generated(),
            Form::SelfHosted => routed_functions([("{*route}", "function")]),
        };
        Behind::of(functions, forwarding, keys, arguments, environment)
    }

    /// The same with other functions than those of a form.
    pub(crate) fn of(
        functions: Vec<(String, FunctionJson)>,
        forwarding: Forwarding,
        keys: Option<Keys>,
        arguments: &[&str],
        environment: &[(&str, &str)],
    ) -> Self {
        let port = free_port();
        let mut command = Command::new(env!("CARGO_BIN_EXE_probe"));
        command.args(arguments).env("FUNCTIONS_CUSTOMHANDLER_PORT", port.to_string()).envs(environment.iter().copied());
        let handler = App::spawn(command, SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        handler.wait_until_ready();
        // The tools are there for their paths. Whoever calls one at the host's own endpoint needs no test here.
        let host = LocalHost::new(functions, Arc::new(Nobody));
        let mut host = host.forward(Arc::new(Connect(handler.address)), forwarding).route_prefix("");
        if let Some(keys) = keys {
            host = host.keys(keys);
        }
        Behind { site: Site::start(runtime(), host), handler }
    }

    /// Sends a message to `/mcp`, through the host.
    pub(crate) fn post(&self, headers: &[(&str, &str)], message: &Value) -> Response {
        let usual = [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")];
        let headers: Vec<_> = usual.iter().chain(headers).copied().collect();
        self.site.request("POST", "/mcp", &headers, message.to_string().as_bytes())
    }

    /// How often the function `Count` ran, by asking the handler itself.
    pub(crate) fn runs(&self) -> u64 {
        let headers = [("Host", "localhost"), ("Content-Type", "application/json"), ("Accept", "application/json")];
        let headers = Headers(headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec());
        let response =
            exchange(self.handler.address, "POST", "/mcp", &headers, call("count", &json!({})).to_string().as_bytes());
        let answer: Value = serde_json::from_str(&response.body).unwrap();
        let count: u64 = answer["result"]["content"][0]["text"].as_str().unwrap().parse().unwrap();
        count - 1
    }
}

/// A call of a tool, in a revision with a handshake.
pub(crate) fn call(tool: &str, arguments: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": tool, "arguments": arguments } })
}
