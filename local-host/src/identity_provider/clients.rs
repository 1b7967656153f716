//! Clients that registered (RFC 7591), and the addresses they may be answered at.

use super::{IdentityProvider, oauth_error};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hyper::StatusCode;
use mcp_trigger_core::http::{self, Response};
use serde::Deserialize;
use serde_json::json;

/// The longest id, in bytes: it stands in addresses.
const LONGEST_ID: usize = 4 * 1024;

#[derive(Clone)]
pub(super) struct Client {
    pub(super) id: String,
    pub(super) name: String,
    redirects: Vec<String>,
}

#[derive(Deserialize)]
struct Registration {
    client_name: Option<String>,
    redirect_uris: Vec<String>,
}

impl Client {
    /// The client with an id. The id has all of the registration: clients keep their ids, and a provider that starts anew has to know
    /// them. Who makes an id up gets no more than by registering.
    pub(super) fn of_id(id: &str) -> Option<Self> {
        let json = BASE64_URL_SAFE_NO_PAD.decode(id).ok()?;
        let (name, redirects): (String, Vec<String>) = serde_json::from_slice(&json).ok()?;
        let is_right = id.len() <= LONGEST_ID && are_registrable(&redirects);
        is_right.then(|| Client { id: id.to_owned(), name, redirects })
    }

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
    (rest.is_empty() || rest.starts_with('/')).then_some((host, rest))
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
            // An app's own scheme is a reversed name of a domain, and may have one slash only (RFC 8252, section 7.1).
            scheme => address.contains("://") || scheme.contains('.') && address.contains(":/"),
        }
}

fn are_registrable(addresses: &[String]) -> bool {
    (1..=20).contains(&addresses.len()) && addresses.iter().all(|address| may_register(address))
}

impl IdentityProvider {
    pub(super) fn register(body: &[u8]) -> Response {
        let Ok(Registration { client_name, redirect_uris: redirects }) = serde_json::from_slice(body) else {
            return oauth_error("invalid_client_metadata", "the body is no JSON with `redirect_uris`");
        };
        if !are_registrable(&redirects) {
            return oauth_error(
                "invalid_redirect_uri",
                "1 to 20 addresses on loopback, of https or of an app's own scheme",
            );
        }
        let name: String =
            client_name.unwrap_or_else(|| "A client without a name".to_owned()).chars().take(80).collect();
        let id = BASE64_URL_SAFE_NO_PAD.encode(json!([name, redirects]).to_string());
        if id.len() > LONGEST_ID {
            return oauth_error("invalid_client_metadata", "the name and the redirect_uris are longer than 3 KiB");
        }
        let answer = json!({
            "client_id": id,
            "client_name": name,
            "redirect_uris": redirects,
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "token_endpoint_auth_method": "none",
        });
        http::json(StatusCode::CREATED, answer.to_string())
    }
}
