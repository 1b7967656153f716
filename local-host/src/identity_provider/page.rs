//! The page on which a user signs in: a form with a button for each user, and no script.

use super::{Grant, TestUser};
use hyper::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY};
use mcp_trigger_core::http::{Body, Response};

const STYLE: &str = include_str!("page.css");

pub(super) fn page(ticket: &str, grant: &Grant, users: &[TestUser]) -> Response {
    let button = |(at, user): (usize, &TestUser)| {
        format!(
            "<button name=\"user\" value=\"{at}\">Sign in as {}<span>roles: {}</span><span>scopes: {}</span></button>",
            escape(&user.name),
            list(&user.roles),
            list(&user.scopes)
        )
    };
    let buttons: String = users.iter().enumerate().map(button).collect();
    let asked = grant.scopes.as_deref().map_or_else(|| "all that the user has".to_owned(), list);
    let facts = [
        ("Client", escape(&grant.client.name)),
        ("MCP server", escape(&grant.resource)),
        ("Scopes that it asks for", asked),
        ("Afterwards you return to", escape(&grant.redirect)),
    ];
    let facts: String = facts.iter().map(|(name, value)| format!("<dt>{name}</dt><dd>{value}</dd>")).collect();
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Test sign-in</title><style>{STYLE}</style><main><h1>Test sign-in</h1>\
         <p>The identity provider of the local host: a click is enough, no account and no password.</p><dl>{facts}</dl>\
         <form method=\"post\"><input type=\"hidden\" name=\"ticket\" value=\"{ticket}\">{buttons}</form></main></html>"
    );
    let mut response = Response::new(Body::sized(page));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Not `form-action`: browsers apply it to the redirect to the client, too.
    let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    // With `no-referrer`, browsers would send `Origin: null` with the form.
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { escape(&names.join(", ")) }
}

fn escape(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace('\'', "&#39;")
}
