//! Headers that are somebody else's to send.

use super::{attack_all, invocations, request};

pub(super) const INVOCATION_ID: (&str, &str) =
    ("X-Azure-Functions-InvocationId", "7b3f1a52-0000-4000-8000-000000000000");
pub(super) const AGENT: (&str, &str) = ("User-Agent", "Azure-Functions-Host/4.1037.0.0");

/// All that an invocation has (ground-truth.md §1), with a `Host` of the attacker's choice.
pub(super) fn looks_like_the_host(host: &str) -> Vec<(&'static str, String)> {
    let rest = [
        ("X-Azure-Functions-HostVersion", "4.1037.0.0"),
        INVOCATION_ID,
        AGENT,
        ("Content-Type", "application/json; charset=utf-8"),
    ];
    let rest = rest.map(|(name, value)| (name, value.to_owned()));
    [("Host", host.to_owned())].into_iter().chain(rest).collect()
}

/// An attacker may leave out what the host adds anyway.
pub(super) fn looks_like_nobody(host: &str) -> Vec<(&'static str, String)> {
    vec![("Host", host.to_owned()), ("Content-Type", "application/json".to_owned())]
}

/// What is added to them, one at a time. `{}` is the address of the handler.
pub(super) const ADDED: [(&str, &str); 22] = [
    ("X-Nothing", "added"),
    ("Host", "{}"),
    ("Host", "localhost"),
    ("X-Forwarded-Host", "{}"),
    ("X-Original-Host", "{}"),
    ("Forwarded", "host={}"),
    ("X-Host", "{}"),
    ("X-Original-URL", "/Count"),
    ("X-Rewrite-URL", "/Count"),
    ("X-Forwarded-Path", "/Count"),
    ("X-Forwarded-Prefix", "/Count"),
    ("X-Waws-Unencoded-Url", "/Count"),
    ("X-Forwarded-For", "127.0.0.1"),
    ("X-Azure-Functions-InvocationId", "00000000-0000-4000-8000-000000000000"),
    ("User-Agent", "Azure-Functions-Host/4.1037.0.0"),
    ("Content-Type", "application/json"),
    ("Connection", "X-Azure-Functions-InvocationId, x-ms-invocation-id, Host"),
    ("x-ms-invocation-id", "7b3f1a52-0000-4000-8000-000000000000"),
    ("Upgrade", "h2c"),
    ("Expect", "100-continue"),
    ("X-MS-CLIENT-PRINCIPAL-ID", "admin"),
    ("X-MS-CLIENT-PRINCIPAL", "eyJhdXRoX3R5cCI6ImFhZCIsImNsYWltcyI6W3sidHlwIjoicm9sZXMiLCJ2YWwiOiJBZG1pbiJ9XX0="),
];

#[test]
fn no_header_makes_a_request_the_hosts_own() {
    attack_all(|behind| {
        let own = behind.handler.address.to_string();
        let (function, body) = &invocations()[0];
        let mut requests = Vec::new();
        for host in ["localhost:7071", "app.azurewebsites.net", &own] {
            for mut headers in [looks_like_the_host(host), looks_like_nobody(host)] {
                for (name, value) in ADDED {
                    headers.push((name, value.replace("{}", &own)));
                    for target in
                        [format!("/{function}"), format!("/mcp/..%2f{function}"), format!("/mcp/..\\{function}")]
                    {
                        requests.push(request("POST", &target, &headers, body));
                    }
                    headers.pop();
                }
            }
        }
        requests
    });
}

/// Whoever may call `/mcp` is still nobody but what the platform says.
#[test]
fn a_forged_caller_is_nobody() {
    use super::super::behind::{Behind, FORWARDINGS, Form, call};
    for forwarding in FORWARDINGS {
        let behind = Behind::start(Form::Functions, forwarding, None);
        let forged = ADDED.iter().filter(|(name, _)| name.starts_with("X-MS-")).copied().collect::<Vec<_>>();
        let response = behind.post(&forged, &call("for_somebody", &serde_json::json!({})));
        assert!(response.body.contains("not signed in"), "{response:?}");
    }
}
