//! The page on which a user signs in: a form with a button for each user, and no script.

use super::{Grant, TestUser};
use hyper::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY};
use mcp_trigger_core::http::{Body, Response};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:30rem;margin:12vh auto;padding:0 1rem;color:#1b1b1b;background:#f6f7f9}\
main{background:#fff;border:1px solid #d9dce1;border-radius:12px;padding:1.5rem 2rem}h1{font-size:1.4rem;margin:.2rem 0 1rem}\
dt{color:#596069;font-size:.85rem}dd{margin:0 0 .7rem;overflow-wrap:anywhere}button{display:block;width:100%;margin:.6rem 0;padding:.7rem;\
font:inherit;border:0;border-radius:8px;background:#0b5cad;color:#fff;cursor:pointer}button span{display:block;font-size:.8rem}small{color:#596069}";

pub(super) fn page(ticket: &str, grant: &Grant, users: &[TestUser]) -> Response {
    let buttons: String = users
        .iter()
        .enumerate()
        .map(|(at, user)| {
            format!(
                "<button name=\"user\" value=\"{at}\">Sign in as {}<span>scopes: {} · roles: {}</span></button>",
                escape(&user.name),
                list(&user.scopes),
                list(&user.roles)
            )
        })
        .collect();
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Test sign-in</title><style>{STYLE}</style><main><h1>Test sign-in</h1><dl><dt>Client</dt><dd>{}</dd>\
         <dt>MCP server</dt><dd>{}</dd><dt>You return to</dt><dd>{}</dd></dl><form method=\"post\">\
         <input type=\"hidden\" name=\"ticket\" value=\"{ticket}\">{buttons}</form>\
         <small>The test identity provider of the local host: no account, no password.</small></main></html>",
        escape(&grant.client.name),
        escape(&grant.resource),
        escape(&grant.redirect),
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
