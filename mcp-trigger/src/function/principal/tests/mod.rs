//! Headers as the platform writes them.

mod providers;
mod trust;

use super::headers::{Unreadable, read};
use super::{Principal, Trust};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use host_protocol::invocation::Headers;
use serde_json::{Value, json};

const URI: &str = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/";
const MS: &str = "http://schemas.microsoft.com/identity/claims/";
const ROLE: &str = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";

/// App Service authentication's JSON, as it looks for all providers.
fn app_service(provider: &str, claims: &[(&str, &str)]) -> Value {
    let claims: Vec<_> = claims.iter().map(|(typ, val)| json!({ "typ": typ, "val": val })).collect();
    json!({ "auth_typ": provider, "claims": claims, "name_typ": format!("{URI}name"), "role_typ": ROLE })
}

fn encoded(principal: &Value) -> String {
    BASE64_STANDARD.encode(principal.to_string().replace('/', "\\/"))
}

fn headers(principal: &Value, others: &[(&str, &str)]) -> Headers {
    let principal = encoded(principal);
    [("x-ms-client-principal", principal.as_str())].into_iter().chain(others.iter().copied()).collect()
}

fn believed(headers: &Headers) -> Principal {
    Principal::from_headers(headers, Trust::Believed).expect("somebody is signed in")
}

fn refused(headers: &Headers) -> Unreadable {
    assert!(Principal::from_headers(headers, Trust::Believed).is_none());
    read(headers).unwrap_err()
}

/// A user of Entra, with an access token of version 1 as the platform maps it.
fn entra_v1() -> Headers {
    let claims = [
        ("aud", "api://notes"),
        ("iss", "https://sts.windows.net/7a11/"),
        ("http://schemas.microsoft.com/claims/authnclassreference", "1"),
        ("http://schemas.microsoft.com/claims/authnmethodsreferences", "pwd"),
        ("http://schemas.microsoft.com/claims/authnmethodsreferences", "mfa"),
        ("appid", "c1e7"),
        ("appidacr", "0"),
        (&format!("{URI}surname"), "Doe"),
        (&format!("{URI}givenname"), "Jane"),
        ("groups", "g1"),
        ("groups", "g2"),
        ("name", "Jane Doe"),
        (&format!("{MS}objectidentifier"), "0b1d"),
        (ROLE, "Notes.Writer"),
        (ROLE, "Notes.Admin"),
        (&format!("{MS}scope"), "Notes.Read Notes.Write"),
        (&format!("{URI}nameidentifier"), "pairwise"),
        (&format!("{MS}tenantid"), "7a11"),
        (&format!("{URI}name"), "jane@contoso.com"),
        (&format!("{URI}upn"), "jane@contoso.com"),
        ("ver", "1.0"),
    ];
    let others = [
        ("X-MS-CLIENT-PRINCIPAL-ID", "0b1d"),
        ("X-MS-CLIENT-PRINCIPAL-NAME", "jane@contoso.com"),
        ("X-MS-CLIENT-PRINCIPAL-IDP", "aad"),
        ("X-MS-TOKEN-AAD-ACCESS-TOKEN", "eyJ.access"),
        ("X-MS-TOKEN-AAD-ID-TOKEN", "eyJ.id"),
        ("Authorization", "Bearer eyJ.sent"),
    ];
    headers(&app_service("aad", &claims), &others)
}
