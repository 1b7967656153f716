//! A host that has let a request through for the path of a function, as none should: the handler is all that is left.
//!
//! .NET's `Uri` takes `\` for `/`, so that a host might make `/Count` of `/mcp/..%5cCount`. And under an old host, without anything
//! before it, a request can look exactly like an invocation: then it is one. So the routes come first.

use super::heads::{ADDED, AGENT, INVOCATION_ID, looks_like_nobody, looks_like_the_host};
use super::{PATIENCE, invocations, request, send};
use crate::behind::{Behind, Form};
use local_host::Forwarding;

/// What the host makes of a request that it hands on at once (ground-truth.md §6).
fn buffered(mut headers: Vec<(&'static str, String)>) -> Vec<(&'static str, String)> {
    match headers.iter_mut().find(|(name, _)| *name == AGENT.0) {
        Some((_, agent)) => *agent += &format!(" {}", AGENT.1),
        None => headers.push((AGENT.0, AGENT.1.to_owned())),
    }
    headers.push((INVOCATION_ID.0, INVOCATION_ID.1.to_owned()));
    headers
}

/// What its proxy makes of one: its own headers replace those of the client.
fn proxied(mut headers: Vec<(&'static str, String)>) -> Vec<(&'static str, String)> {
    headers.retain(|(name, _)| *name != INVOCATION_ID.0);
    headers.push((INVOCATION_ID.0, INVOCATION_ID.1.to_owned()));
    headers.retain(|(name, _)| *name != "x-ms-invocation-id");
    headers.push(("x-ms-invocation-id", INVOCATION_ID.1.to_owned()));
    headers
}

fn runs(behind: &Behind, headers: &[(&'static str, String)]) -> bool {
    let (function, body) = &invocations()[0];
    let answer = send(behind.handler.address, &request("POST", &format!("/{function}"), headers, body), PATIENCE);
    assert!(answer.starts_with("HTTP/1.1 "), "{headers:?}");
    answer.contains("ReturnValue")
}

#[test]
fn a_request_for_another_name_runs_nothing() {
    let behind = Behind::start(Form::Functions, Forwarding::Buffered, None);
    let address = behind.handler.address.to_string();
    let port = behind.handler.address.port();
    for host in
        ["app.azurewebsites.net", "localhost", "", "127.0.0.1", &format!("localhost:{port}"), &format!("{address}.")]
    {
        for (name, value) in ADDED {
            for mut headers in [looks_like_the_host(host), looks_like_nobody(host)] {
                headers.push((name, value.replace("{}", &address)));
                for headers in [headers.clone(), buffered(headers.clone()), proxied(headers)] {
                    assert!(!runs(&behind, &headers), "{headers:?}");
                }
            }
        }
    }
    assert_eq!(behind.runs(), 0);
}

/// Nor does one that names the handler, if it came through a proxy, a front end or a browser.
#[test]
fn what_only_a_request_from_outside_has_gives_it_away() {
    let behind = Behind::start(Form::Functions, Forwarding::Buffered, None);
    let address = behind.handler.address.to_string();
    for headers in [looks_like_the_host(&address), looks_like_nobody(&address)] {
        assert!(!runs(&behind, &proxied(headers.clone())));
        for (name, value) in [
            ("X-Forwarded-For", "1.2.3.4"),
            ("X-Forwarded-Proto", "https"),
            ("X-ARR-LOG-ID", "1"),
            ("X-Original-URL", "/mcp"),
            ("X-WAWS-Unencoded-URL", "/mcp"),
            ("DISGUISED-HOST", "app.example"),
            ("CLIENT-IP", "1.2.3.4:5"),
            ("Origin", "https://evil.example"),
            ("Sec-Fetch-Mode", "cors"),
            ("Cookie", "a=b"),
            ("Mcp-Session-Id", "s"),
            ("X-MS-CLIENT-PRINCIPAL-ID", "admin"),
        ] {
            let mut headers = buffered(headers.clone());
            headers.push((name, value.to_owned()));
            assert!(!runs(&behind, &headers), "{name}");
        }
        // Two are one too many.
        for twice in ["Host", "User-Agent", "Content-Type", "X-Azure-Functions-InvocationId"] {
            let mut headers = looks_like_the_host(&address);
            let again = headers.iter().find(|(name, _)| *name == twice).unwrap().clone();
            headers.push(again);
            assert!(!runs(&behind, &headers), "{twice}");
        }
    }
    assert_eq!(behind.runs(), 0);
    assert!(runs(&behind, &looks_like_the_host(&address)), "and what it is all about works");
}

/// Where all paths lead to the handler, what looks exactly like an invocation arrives, and only the argument is left.
#[test]
fn the_self_hosted_form_needs_its_argument() {
    let (function, body) = &invocations()[0];
    let attack = |behind: &Behind| {
        let headers = looks_like_nobody(&behind.handler.address.to_string());
        send(behind.site.address, &request("POST", &format!("/{function}"), &headers, body), PATIENCE)
            .contains("ReturnValue")
    };
    let without = |forwarding| Behind::start_with(Form::SelfHosted, forwarding, None, &[], &[]);
    assert!(attack(&without(Forwarding::Buffered)), "nothing tells it apart");
    assert!(!attack(&without(Forwarding::Streamed)), "the proxy gives it away");
    assert!(!attack(&Behind::start(Form::SelfHosted, Forwarding::Buffered, None)));
}
