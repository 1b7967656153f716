//! Errors of requests without an MCP answer, each with the next step. The server has refused the request, has sent something else, or
//! has not answered.

use super::options::Target;
use crate::error::Error;
use crate::keys::{HOST_KEY, Key, SYSTEM_KEY};
use crate::output;
use std::io::ErrorKind;
use ureq::Error as HttpError;

/// The error of a request that did not go out, or got no response.
pub(super) fn no_response(target: &Target, error: &HttpError) -> Error {
    let shown = target.shown();
    match error {
        HttpError::Io(io) if io.kind() == ErrorKind::ConnectionRefused && target.is_local() => Error::new(format!(
            "nothing listens at {shown}"
        ))
        .next("start the app with `cargo mcp-trigger start`, in another terminal; `--port` if it has another port"),
        HttpError::Io(io) if io.kind() == ErrorKind::ConnectionRefused => {
            Error::new(format!("nothing listens at {shown}")).next("compare the address and its port")
        }
        HttpError::HostNotFound => Error::new(format!("there is no machine of the name {}", target.authority()))
            .next("compare the name with `az functionapp list --query \"[].defaultHostName\"`"),
        HttpError::Timeout(_) => {
            Error::new(format!("no connection to {shown}")).why(error).next("look whether the network lets it through")
        }
        HttpError::Io(_) | HttpError::Protocol(_) if target.is_local() => Error::new(format!("no answer from {shown}"))
            .why(error)
            .next("the terminal of `cargo mcp-trigger start` says why; if another program has the port, use `--port`"),
        _ => {
            Error::new(format!("no answer from {shown}")).why(error).next("compare the address, and its http or https")
        }
    }
}

/// The error of a response that is not one of MCP.
pub(super) struct Refusal<'a> {
    pub(super) status: u16,
    /// The value of `WWW-Authenticate`.
    pub(super) challenge: &'a str,
    /// The value of `Location`.
    pub(super) location: &'a str,
    pub(super) content_type: &'a str,
    /// The begin of the body.
    pub(super) body: &'a str,
}

impl Refusal<'_> {
    /// The error, of a server.
    pub(super) fn error(&self, target: &Target) -> Error {
        let (shown, status) = (target.shown(), self.status);
        match status {
            401 => self.unauthorized(target),
            403 if target.has_secret() => {
                Error::new(format!("the key does not open {shown}")).why("HTTP 403").next(match target.is_extension() {
                    true => format!("a function's or host's key is not enough there: {}", key(target)),
                    false => key(target),
                })
            }
            403 => Error::new(format!("{shown} is closed")).why("HTTP 403").next(key(target)),
            300..=399 => Error::new(format!("{shown} leads elsewhere"))
                .why(format!("HTTP {status} to `{}`", self.location.split('?').next().unwrap_or_default()))
                .next("give the address that is meant with `--url`; secrets are not sent on"),
            404 | 405 => {
                Error::new(format!("there is no MCP server at {shown}")).why(format!("HTTP {status}")).next(format!(
                    "the app has it at /mcp, and with functions at {} too; give the address with `--url`{}",
                    local_host::PATH,
                    if target.is_local() { "" } else { ", and look whether the app is deployed and runs" }
                ))
            }
            500..=599 => {
                Error::new(format!("the server at {shown} failed")).why(self.reason()).next(if target.is_local() {
                    "the terminal of `cargo mcp-trigger start` says why"
                } else {
                    "the log stream of the function app says why; after a deployment the first start takes a moment"
                })
            }
            200..=299 => Error::new(format!("what answers at {shown} is no MCP server"))
                .why(format!("it sent `{}`", output::foreign(self.content_type)))
                .next("give the address of an MCP server with `--url`"),
            _ => Error::new(format!("{shown} refuses the request")).why(self.reason()).next("compare the address"),
        }
    }

    fn unauthorized(&self, target: &Target) -> Error {
        let shown = target.shown();
        // Sign-in of the platform names its metadata; a key is wanted without a word.
        if self.challenge.contains("resource_metadata") || self.challenge.contains("authorization_uri") {
            return Error::new(format!("{shown} wants its callers signed in")).why("HTTP 401").next(
                "give a token with `--header \"Authorization: Bearer TOKEN\"`; \
                 `az account get-access-token --resource api://CLIENT_ID --query accessToken --output tsv` prints one",
            );
        }
        let what = match target.has_secret() {
            true => format!("{shown} does not know the key"),
            false => format!("{shown} wants a key"),
        };
        Error::new(what).why("HTTP 401").next(key(target))
    }

    /// The status, and the words of the server.
    fn reason(&self) -> String {
        let is_text = self.content_type.starts_with("text/plain") || self.content_type.contains("json");
        let first = self.body.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        let words: String = output::foreign(first).chars().take(200).collect();
        if is_text && !words.is_empty() {
            format!("HTTP {}: {words}", self.status)
        } else {
            format!("HTTP {}", self.status)
        }
    }
}

/// How to get the key of an address, and where to put it.
fn key(target: &Target) -> String {
    let Key { name, query, kind } = if target.is_extension() { SYSTEM_KEY } else { HOST_KEY };
    let place = "in MCP_TRIGGER_KEY or with `--key`";
    if target.is_local() {
        return format!("give the key `{name}` {place}; `cargo run -- keys` in the app's folder prints it");
    }
    format!(
        "give the {kind} `{name}` {place}: `az functionapp keys list --name APP --resource-group GROUP --query {query} --output tsv` prints it"
    )
}

#[cfg(test)]
mod tests {
    use super::super::ServerOptions;
    use super::*;

    fn target(url: &str, key: Option<&str>) -> Target {
        let key = key.map(|key| key.parse().unwrap());
        ServerOptions { url: Some(url.to_owned()), key, ..ServerOptions::default() }.target().unwrap()
    }

    fn refusal(status: u16, challenge: &str) -> Refusal<'_> {
        Refusal { status, challenge, location: "", content_type: "", body: "" }
    }

    #[test]
    fn a_key_is_asked_for_by_its_name() {
        for (url, key, status, parts) in [
            ("https://a.example/runtime/webhooks/mcp", None, 401, ["wants a key", "systemKeys.mcp_extension"]),
            (
                "https://a.example/runtime/webhooks/mcp",
                Some("k"),
                401,
                ["does not know the key", "systemKeys.mcp_extension"],
            ),
            ("https://a.example/runtime/webhooks/mcp", Some("k"), 403, ["does not open", "is not enough there"]),
            ("https://a.example/mcp", None, 401, ["wants a key", "functionKeys.default"]),
            ("http://127.0.0.1:7071/mcp", None, 401, ["the key `default`", "cargo run -- keys"]),
            ("http://127.0.0.1:7071/runtime/webhooks/mcp", None, 401, ["the key `mcp_extension`", "MCP_TRIGGER_KEY"]),
        ] {
            let message = refusal(status, "Bearer").error(&target(url, key)).to_string();
            assert!(parts.iter().all(|part| message.contains(part)), "{message}");
        }
    }

    #[test]
    fn sign_in_is_told_from_keys() {
        let challenge = r#"Bearer resource_metadata="https://a.example/.well-known/oauth-protected-resource""#;
        let message = refusal(401, challenge).error(&target("https://a.example/mcp", None)).to_string();
        assert!(message.contains("signed in") && message.contains("get-access-token"), "{message}");
    }

    #[test]
    fn what_is_no_server_is_told_so() {
        let here = target("https://a.example/nothing", None);
        assert!(refusal(404, "").error(&here).to_string().contains("no MCP server at https://a.example/nothing"));
        let page = Refusal { content_type: "text/html", ..refusal(200, "") };
        assert!(page.error(&here).to_string().contains("it sent `text/html`"));
        let elsewhere = Refusal { location: "https://login.example/?secret", ..refusal(302, "") };
        let message = elsewhere.error(&here).to_string();
        assert!(message.contains("`https://login.example/`") && !message.contains("secret?"), "{message}");
        let failed =
            Refusal { content_type: "text/plain", body: "\nFunction host is not running.", ..refusal(503, "") };
        assert!(failed.error(&here).to_string().contains("HTTP 503: Function host is not running."));
    }
}
