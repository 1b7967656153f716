//! Documents of an issuer over HTTP: short, without redirects, and from addresses that cannot be read on the way.

use crate::http::is_loopback_host;
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode, Url};
use serde_json::Value;
use std::time::Duration;

/// The greatest length of a document, in bytes.
const LENGTH: usize = 512 * 1024;
/// The time of one request: 5 s.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Makes a client for the documents of issuers. `is_here` tells that they are all on this machine, which no proxy reaches.
///
/// # Errors
///
/// If TLS cannot be set up.
pub(super) fn client(is_here: bool) -> Result<Client, String> {
    // A redirect could lead to any address of the network that the app runs in.
    let client = Client::builder().redirect(Policy::none()).timeout(TIMEOUT).connect_timeout(TIMEOUT);
    let client = if is_here { client.no_proxy() } else { client };
    client.user_agent(concat!("mcp-trigger/", env!("CARGO_PKG_VERSION"))).build().map_err(|error| error.to_string())
}

/// The reason for which documents at an address are not read. `None` if the address is safe.
pub(super) fn unsafe_address(address: &str) -> Option<String> {
    let url = match Url::parse(address) {
        Ok(url) => url,
        Err(error) => return Some(format!("it is not an address ({error}); write it as in https://login.example")),
    };
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Some("an issuer's address has no user, no query and no fragment".to_owned());
    }
    (url.scheme() != "https" && !is_here(&url))
        .then(|| "it must begin with https://, except on this machine".to_owned())
}

/// Whether an address is on this machine, where nobody reads on the way.
pub(super) fn is_here(url: &Url) -> bool {
    url.scheme() == "http" && url.host_str().is_some_and(is_loopback_host)
}

/// Gets the JSON document at an address. `Ok(None)` if the address has no document.
///
/// # Errors
///
/// If the issuer cannot be reached, or answers with something else.
pub(super) async fn json(client: &Client, address: &str) -> Result<Option<Value>, String> {
    let (status, body) = answer(client.get(address), address).await?;
    match status {
        StatusCode::OK => {}
        status if status.is_client_error() => return Ok(None),
        status => return Err(format!("{address}: status {status}")),
    }
    let document = serde_json::from_slice(&body).map_err(|error| format!("{address}: not JSON: {error}"))?;
    Ok(Some(document))
}

/// Sends a request, and reads the answer.
///
/// # Errors
///
/// If the address cannot be reached, or its answer is too long.
pub(super) async fn answer(request: RequestBuilder, address: &str) -> Result<(StatusCode, Vec<u8>), String> {
    let failed = |error: reqwest::Error| format!("{address}: {}", innermost(&error));
    let mut response = request.header("Accept", "application/json").send().await.map_err(failed)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > LENGTH {
            return Err(format!("{address}: longer than {LENGTH} bytes"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok((response.status(), body))
}

/// The cause of an error, such as "connection refused", without the address, which is said already.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
