//! An MCP client over streamable HTTP, for `/mcp` of an app and for `/runtime/webhooks/mcp` of a Functions host.
//!
//! The client speaks the revision 2025-11-25, or the older one that the server chooses: the extension of the host ends at 2025-06-18. Answers
//! come as JSON or as event streams.

mod events;
mod failure;
mod options;

pub(crate) use options::ServerOptions;

use crate::error::Error;
use crate::output;
use events::Events;
use failure::{Refusal, no_response};
use options::Target;
use serde_json::{Value, json};
use std::fmt;
use std::io::{BufReader, Read as _};
use std::time::Duration;
use ureq::http::Response;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

/// The newest revision that this client speaks.
const REVISION: &str = "2025-11-25";
/// The time until a server takes a connection. Answers may take as long as they want: tools do.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest answer, in bytes: what the Functions host takes.
const LONGEST: u64 = 100 * 1024 * 1024;
const SESSION: &str = "Mcp-Session-Id";

/// A connection to a server.
pub(crate) struct Client {
    agent: Agent,
    target: Target,
    session: Option<String>,
    /// The revision that the server has chosen.
    revision: Option<String>,
    last_id: u64,
    /// The result of `initialize`.
    pub(crate) server: Value,
}

/// The reason why a request has no result.
#[derive(Debug)]
pub(crate) enum RequestError {
    /// The server answered with an error.
    Answered { code: i64, message: String },
    /// There is no answer.
    Other(Error),
}

/// The server has no such method.
const METHOD_NOT_FOUND: i64 = -32601;

impl From<RequestError> for Error {
    fn from(error: RequestError) -> Self {
        match error {
            RequestError::Answered { code, message } => {
                Error::new("the server answers with an error").why(format!("{} ({code})", output::foreign(&message)))
            }
            RequestError::Other(error) => error,
        }
    }
}

impl Client {
    /// Connects to a server, and introduces itself.
    ///
    /// # Errors
    ///
    /// If there is no server, or it does not let the client in.
    pub(crate) fn connect(options: &ServerOptions) -> Result<Self, Error> {
        let target = options.target()?;
        if target.is_unprotected() {
            output::warn(format!("the key goes to {} as everybody on the way can read it; use https", target.shown()));
        }
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            // A secret is for the server that was named.
            .max_redirects(0)
            .tls_config(tls)
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .user_agent(concat!("cargo-mcp-trigger/", env!("CARGO_PKG_VERSION")));
        if target.is_local() {
            config = config.proxy(None);
        }
        let agent = config.build().new_agent();
        let mut client = Client { agent, target, session: None, revision: None, last_id: 0, server: Value::Null };
        client.initialize()?;
        Ok(client)
    }

    fn initialize(&mut self) -> Result<(), Error> {
        let info = json!({ "name": "cargo-mcp-trigger", "version": env!("CARGO_PKG_VERSION") });
        let params = json!({ "protocolVersion": REVISION, "capabilities": {}, "clientInfo": info });
        self.server = self.request("initialize", params)?;
        self.revision = self.server["protocolVersion"].as_str().map(str::to_owned);
        self.post(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }))?;
        Ok(())
    }

    /// The address for messages.
    pub(crate) fn address(&self) -> String {
        self.target.shown()
    }

    /// Sends a request, and waits for its result. What the server tells meanwhile goes to standard error.
    ///
    /// # Errors
    ///
    /// If the server answers with an error, or not at all.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Result<Value, RequestError> {
        self.last_id += 1;
        let id = self.last_id;
        let message = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        let response = self.post(&message).map_err(RequestError::Other)?;
        if let Some(session) = header(&response, SESSION) {
            self.session = Some(session);
        }
        let mut answer = self.read_answer(response, id).map_err(RequestError::Other)?;
        match answer.get("error") {
            Some(error) => Err(RequestError::Answered {
                code: error["code"].as_i64().unwrap_or_default(),
                message: error["message"].as_str().unwrap_or_default().to_owned(),
            }),
            None => Ok(answer["result"].take()),
        }
    }

    /// All entries of a list, such as `tools` of `tools/list`. A server without the list has no entries.
    ///
    /// # Errors
    ///
    /// If the server answers with an error, or not at all.
    pub(crate) fn list(&mut self, method: &str, member: &str) -> Result<Vec<Value>, Error> {
        let mut entries = Vec::new();
        let mut params = json!({});
        loop {
            let mut page = match self.request(method, params) {
                Err(RequestError::Answered { code: METHOD_NOT_FOUND, .. }) => return Ok(entries),
                page => page?,
            };
            if let Value::Array(more) = page[member].take() {
                entries.extend(more);
            }
            match page["nextCursor"].as_str() {
                Some(cursor) => params = json!({ "cursor": cursor }),
                None => return Ok(entries),
            }
        }
    }

    /// Sends a message. The response may be a refusal only if it has a JSON-RPC message.
    fn post(&self, message: &Value) -> Result<Response<Body>, Error> {
        let mut request = self
            .agent
            .post(self.target.uri.clone())
            .header("Accept", "application/json, text/event-stream")
            .content_type("application/json");
        let own = [(SESSION, &self.session), ("MCP-Protocol-Version", &self.revision)];
        for (name, value) in own.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?))) {
            request = request.header(name, value);
        }
        for (name, value) in &self.target.headers {
            request = request.header(name, value);
        }
        let response = request.send(message.to_string()).map_err(|error| match error {
            ureq::Error::Http(_) => Error::usage("a header cannot be sent")
                .why("its name or its value has characters that headers cannot have")
                .next("compare `--key` and `--header`"),
            error => no_response(&self.target, &error),
        })?;
        let is_answer = response.status().is_success() || (message.get("id").is_some() && is(&response, "json"));
        if is_answer && !matches!(response.status().as_u16(), 401 | 403 | 404) {
            return Ok(response);
        }
        Err(self.refusal(response))
    }

    fn refusal(&self, response: Response<Body>) -> Error {
        let (head, body) = response.into_parts();
        let mut begin = Vec::new();
        // The error leaves out a body that cannot be read.
        let _ = body.into_reader().take(4096).read_to_end(&mut begin);
        self.refusal_with(&Response::from_parts(head, ()), &String::from_utf8_lossy(&begin))
    }

    fn refusal_with<B>(&self, response: &Response<B>, body: &str) -> Error {
        let text = |name: &str| header(response, name).unwrap_or_default();
        let (challenge, location, content_type) = (text("WWW-Authenticate"), text("Location"), text("Content-Type"));
        let status = response.status().as_u16();
        let refusal = Refusal { status, challenge: &challenge, location: &location, content_type: &content_type, body };
        refusal.error(&self.target)
    }

    /// Reads the answer to a request, from JSON or from an event stream.
    fn read_answer(&self, response: Response<Body>, id: u64) -> Result<Value, Error> {
        let is_answer = |message: &Value| message.get("method").is_none() && message.get("id") != Some(&Value::Null);
        if is(&response, "text/event-stream") {
            let reader = response.into_body().into_with_config().limit(LONGEST).reader();
            for event in Events(BufReader::new(reader)) {
                let event = event.map_err(|error| self.cut_off().why(error))?;
                let message: Value = serde_json::from_str(&event).map_err(|error| self.not_json(&error))?;
                if message.get("id").and_then(Value::as_u64) == Some(id) && is_answer(&message) {
                    return Ok(message);
                }
                self.hear(&message)?;
            }
            return Err(self.cut_off());
        }
        if !is(&response, "json") {
            return Err(self.refusal(response));
        }
        let (head, body) = response.into_parts();
        let text = body.into_with_config().limit(LONGEST).read_to_string();
        let text = text.map_err(|error| self.cut_off().why(error))?;
        let message: Value = serde_json::from_str(&text).map_err(|error| self.not_json(&error))?;
        // Other programs send JSON too.
        if message.get("result").is_none() && !message["error"].is_object() {
            return Err(self.refusal_with(&Response::from_parts(head, ()), &text));
        }
        Ok(message)
    }

    fn cut_off(&self) -> Error {
        Error::new(format!("{} ended its answer before it was complete", self.target.shown()))
            .next("the log of the app says why; a call that takes minutes may be cut off on the way")
    }

    fn not_json(&self, error: &serde_json::Error) -> Error {
        Error::new(format!("the answer of {} is no message of MCP", self.target.shown()))
            .why(error)
            .next("compare the address")
    }

    /// Takes a message that is not the answer: tells what the server says, and answers what it asks.
    fn hear(&self, message: &Value) -> Result<(), Error> {
        let params = &message["params"];
        match message["method"].as_str() {
            Some("notifications/message") => {
                let text = params["data"].as_str().map_or_else(|| params["data"].to_string(), str::to_owned);
                tell(format_args!("{}: {text}", params["level"].as_str().unwrap_or("info")));
            }
            Some("notifications/progress") => {
                let total = params["total"].as_f64().map(|total| format!(" of {total}")).unwrap_or_default();
                let text = params["message"].as_str().map(|text| format!(": {text}")).unwrap_or_default();
                tell(format_args!("{}{total}{text}", params["progress"].as_f64().unwrap_or_default()));
            }
            Some(method) if message.get("id").is_some() => {
                let mut answer = json!({ "jsonrpc": "2.0", "id": message["id"] });
                match method {
                    "ping" => answer["result"] = json!({}),
                    // No capability was announced.
                    _ => answer["error"] = json!({ "code": METHOD_NOT_FOUND, "message": "Method not found" }),
                }
                self.post(&answer)?;
            }
            _ => {}
        }
        Ok(())
    }
}

fn tell(text: fmt::Arguments<'_>) {
    output::note(output::styled(output::ASIDE, output::foreign(&text.to_string())));
}

impl Drop for Client {
    /// Ends the session. A server that does not let it be ended keeps it until it is forgotten.
    fn drop(&mut self) {
        let Some(session) = &self.session else { return };
        // The extension has nothing to end.
        if self.target.is_extension() {
            return;
        }
        let mut request = self.agent.delete(self.target.uri.clone()).header(SESSION, session);
        for (name, value) in &self.target.headers {
            request = request.header(name, value);
        }
        let _ = request.call();
    }
}

fn header<B>(response: &Response<B>, name: &str) -> Option<String> {
    response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// Whether the `Content-Type` of a response contains a media type.
fn is<B>(response: &Response<B>, media_type: &str) -> bool {
    header(response, "Content-Type").is_some_and(|content| content.to_ascii_lowercase().contains(media_type))
}

#[cfg(test)]
mod tests;
