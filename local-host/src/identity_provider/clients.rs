//! Clients that registered (RFC 7591), and the addresses they may be answered at.

use super::{IdentityProvider, MOST, oauth_error};
use hyper::StatusCode;
use mcp_trigger_core::http::{self, Response};
use serde::Deserialize;
use serde_json::json;
use std::collections::VecDeque;

#[derive(Clone)]
pub(super) struct Client {
    pub(super) id: String,
    pub(super) name: String,
    redirects: Vec<String>,
}

#[derive(Default)]
pub(super) struct Clients(VecDeque<Client>);

#[derive(Deserialize)]
struct Registration {
    client_name: Option<String>,
    redirect_uris: Vec<String>,
}

impl Clients {
    pub(super) fn get(&self, id: &str) -> Option<&Client> {
        self.0.iter().find(|client| client.id == id)
    }
}

impl Client {
    /// Whether answers may go to an address: one that was registered, on loopback with any port (RFC 8252, 7.3).
    pub(super) fn allows(&self, redirect: &str) -> bool {
        let same = |known: &String| {
            known == redirect || without_port(known).is_some_and(|known| Some(known) == without_port(redirect))
        };
        self.redirects.iter().any(same)
    }
}

/// The host and the rest of an address on loopback without its port. `None` for other addresses.
fn without_port(address: &str) -> Option<(&str, &str)> {
    let rest = address.strip_prefix("http://")?;
    let host = ["127.0.0.1", "[::1]", "localhost"].into_iter().find(|host| rest.starts_with(host))?;
    let rest = &rest[host.len()..];
    let rest = match rest.strip_prefix(':') {
        Some(port) => port.trim_start_matches(|digit: char| digit.is_ascii_digit()),
        None => rest,
    };
    rest.starts_with('/').then_some((host, rest))
}

/// Whether a client may register an address: on loopback, https, or a scheme of its own, never one that a browser runs.
fn may_register(address: &str) -> bool {
    let Some((scheme, _)) = address.split_once(':') else { return false };
    let clean = address.bytes().all(|byte| byte.is_ascii_graphic()) && !address.contains(['#', '\\', '@']);
    let scheme = scheme.to_ascii_lowercase();
    clean
        && match scheme.as_str() {
            "http" => without_port(address).is_some(),
            "javascript" | "data" | "vbscript" | "file" | "blob" | "about" => false,
            _ => address.contains("://"),
        }
}

impl IdentityProvider {
    pub(super) fn register(&self, body: &[u8]) -> Response {
        let Ok(Registration { client_name, redirect_uris: redirects }) = serde_json::from_slice(body) else {
            return oauth_error("invalid_client_metadata", "the body is no JSON with `redirect_uris`");
        };
        if redirects.is_empty() || redirects.len() > 20 || !redirects.iter().all(|address| may_register(address)) {
            return oauth_error(
                "invalid_redirect_uri",
                "1 to 20 addresses on loopback, of https or of an app's own scheme",
            );
        }
        let name: String =
            client_name.unwrap_or_else(|| "A client without a name".to_owned()).chars().take(80).collect();
        let id = match self.secret() {
            Ok(id) => id,
            Err(failure) => return failure,
        };
        let answer = json!({
            "client_id": id,
            "client_name": name,
            "redirect_uris": redirects,
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
        });
        let mut state = self.state();
        if state.clients.0.len() == MOST {
            state.clients.0.pop_front();
        }
        state.clients.0.push_back(Client { id, name, redirects });
        http::json(StatusCode::CREATED, answer.to_string())
    }
}
