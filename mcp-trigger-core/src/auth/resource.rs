//! Protected resource metadata (RFC 9728), and the public address of the server.

use super::policy::TokenValidation;
use crate::http::is_local_authority;
use hyper::HeaderMap;
use hyper::header::{HOST, HeaderName};
use serde_json::{Map, Value, json};

/// Where the metadata of a resource is: here for the whole server, and with its path at the end for an endpoint.
pub(super) const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";

/// The endpoints of a server, as their metadata names them.
const ENDPOINTS: [&str; 2] = ["/mcp", "/runtime/webhooks/mcp"];

/// The endpoint that a path belongs to. Paths have no case, as behind the Functions host.
pub(super) fn endpoint(path: &str) -> Option<&'static str> {
    ENDPOINTS.into_iter().find(|endpoint| {
        path.split_at_checked(endpoint.len()).is_some_and(|(start, rest)| {
            start.eq_ignore_ascii_case(endpoint) && (rest.is_empty() || rest.starts_with('/'))
        })
    })
}

/// The resource whose metadata is at a path: an endpoint, or the whole server, which is the empty path.
pub(super) fn described(path: &str) -> Option<&'static str> {
    let (start, rest) = path.split_at_checked(WELL_KNOWN.len())?;
    if !start.eq_ignore_ascii_case(WELL_KNOWN) {
        return None;
    }
    let rest = rest.trim_end_matches('/');
    if rest.is_empty() { Some("") } else { ENDPOINTS.into_iter().find(|endpoint| rest.eq_ignore_ascii_case(endpoint)) }
}

/// The public address of the server, without a path.
///
/// A client chooses `Host` itself, and what it writes there would stand in challenges that other clients might get from a cache. So
/// `Host` counts only where it names this machine.
pub(super) fn origin(validation: &TokenValidation, configured: Option<&str>, headers: &HeaderMap) -> Option<String> {
    const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
    const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
    // Of several proxies the last one is this server's own.
    let last = |name: HeaderName| {
        let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
        value.rsplit(',').next().map(str::trim).filter(|value| is_authority(value))
    };
    if let Some(resource) = validation.resource.as_deref().and_then(|resource| reqwest::Url::parse(resource).ok())
        && ["http", "https"].contains(&resource.scheme())
    {
        return Some(resource.origin().ascii_serialization());
    }
    if let Some(configured) = configured {
        return Some(configured.to_owned());
    }
    if validation.trusts_forwarded
        && let (Some(scheme @ ("http" | "https")), Some(host)) = (last(PROTO), last(FORWARDED_HOST))
    {
        return Some(format!("{scheme}://{host}"));
    }
    let host = headers.get(HOST)?.to_str().ok().filter(|host| is_authority(host) && is_local_authority(host))?;
    Some(format!("http://{host}"))
}

/// Whether a text can be a host with a port, and nothing else.
fn is_authority(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.:[]_".contains(&byte))
}

/// The metadata of the resource at a path of the server.
pub(super) fn metadata(validation: &TokenValidation, origin: &str, path: &str) -> String {
    let resource = validation.resource.clone().unwrap_or_else(|| format!("{origin}{path}"));
    let mut servers: Vec<_> = validation.rules.iter().map(|rule| rule.issuer.as_str()).collect();
    servers.dedup();
    let mut metadata = Map::from_iter([
        ("resource".to_owned(), Value::from(resource)),
        ("authorization_servers".to_owned(), json!(servers)),
        ("bearer_methods_supported".to_owned(), json!(["header"])),
    ]);
    let scopes = validation.requested_scopes(&[]);
    if !scopes.is_empty() {
        metadata.insert("scopes_supported".to_owned(), json!(scopes));
    }
    Value::Object(metadata).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        lines.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn paths_have_no_case_and_no_tricks() {
        for path in ["/mcp", "/MCP", "/mcp/", "/mcp/x"] {
            assert_eq!(endpoint(path), Some("/mcp"), "{path}");
        }
        assert_eq!(endpoint("/runtime/webhooks/MCP/sse"), Some("/runtime/webhooks/mcp"));
        for path in ["/", "/mcpx", "//mcp", "/x/mcp"] {
            assert_eq!(endpoint(path), None, "{path}");
        }
        assert_eq!(described(WELL_KNOWN), Some(""));
        assert_eq!(described("/.well-known/OAUTH-protected-resource/mcp"), Some("/mcp"));
        for path in
            ["/.well-known/oauth-protected-resource/other", "/.well-known/oauth-protected-resourcex", "/.well-known"]
        {
            assert_eq!(described(path), None, "{path}");
        }
    }

    #[test]
    fn a_hostile_host_is_no_address() {
        let plain = TokenValidation::issuer("https://login.example").audience("a");
        let local = headers(&[("host", "127.0.0.1:7071")]);
        assert_eq!(origin(&plain, None, &local).unwrap(), "http://127.0.0.1:7071");
        for host in ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", "localhost/..", "localhost\"x"]
        {
            assert_eq!(origin(&plain, None, &headers(&[("host", host)])), None, "{host}");
        }
        let forwarded = headers(&[
            ("host", "127.0.0.1:1"),
            ("x-forwarded-proto", "http, https"),
            ("x-forwarded-host", "evil.example, app.example"),
        ]);
        assert_eq!(
            origin(&plain, None, &forwarded).unwrap(),
            "http://127.0.0.1:1",
            "unless it is told to believe them"
        );
        assert_eq!(origin(&plain.clone().trust_forwarded(), None, &forwarded).unwrap(), "https://app.example");
        assert_eq!(
            origin(&plain.clone().trust_forwarded(), Some("https://x.example"), &forwarded).unwrap(),
            "https://x.example"
        );
        let said = plain.resource("https://own.example/mcp");
        assert_eq!(origin(&said, Some("https://x.example"), &forwarded).unwrap(), "https://own.example");
    }

    #[test]
    fn metadata_names_the_endpoint_and_the_issuers() {
        let validation = TokenValidation::issuer("https://login.example").audience("a").scope("notes");
        assert_eq!(
            metadata(&validation, "https://app.example", "/mcp"),
            r#"{"resource":"https://app.example/mcp","authorization_servers":["https://login.example"],"bearer_methods_supported":["header"],"scopes_supported":["notes"]}"#
        );
        let said = metadata(&validation.resource("api://id"), "https://app.example", "/mcp");
        assert!(said.starts_with(r#"{"resource":"api://id""#), "{said}");
    }
}
