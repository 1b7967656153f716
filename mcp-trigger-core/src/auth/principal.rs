//! Claims as the headers that App Service authentication writes for a caller, and the headers that no client may send.

use super::policy::Rule;
use super::token::Claims;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use hyper::HeaderMap;
use hyper::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};

const PRINCIPAL: HeaderName = HeaderName::from_static("x-ms-client-principal");
const ID: HeaderName = HeaderName::from_static("x-ms-client-principal-id");
const NAME: HeaderName = HeaderName::from_static("x-ms-client-principal-name");
const PROVIDER: HeaderName = HeaderName::from_static("x-ms-client-principal-idp");

/// The types of names and roles in the principal.
const NAME_TYPE: &str = "name";
const ROLE_TYPE: &str = "roles";

/// The greatest length of the claims in a header, in bytes: the next server on the way takes no longer heads.
const LENGTH: usize = 32 * 1024;

/// The headers of a caller.
pub(super) type PrincipalHeaders = Vec<(HeaderName, HeaderValue)>;

/// Takes the headers away by which a client could pass for somebody else.
pub(super) fn strip(headers: &mut HeaderMap) {
    let is_identity = |name: &HeaderName| {
        name.as_str().starts_with("x-ms-client-principal") || name.as_str().starts_with("x-ms-token-")
    };
    let forged: Vec<_> = headers.keys().filter(|name| is_identity(name)).cloned().collect();
    for name in forged {
        headers.remove(name);
    }
}

/// The headers for the caller with these claims. `None` if a value cannot stand in a header, or is too long for one.
pub(super) fn headers(rule: &Rule, claims: &Claims) -> Option<PrincipalHeaders> {
    let provider = rule.provider();
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let object = if rule.entra.is_some() { text("oid") } else { None };
    let id = object.or(text("sub")).or(text("oid"))?;
    let listed: Vec<_> = claims
        .iter()
        .flat_map(|(kind, value)| values(value).into_iter().map(move |value| json!({ "typ": kind, "val": value })))
        .collect();
    let principal = json!({ "auth_typ": provider, "claims": listed, "name_typ": NAME_TYPE, "role_typ": ROLE_TYPE });
    let principal = BASE64_STANDARD.encode(principal.to_string());
    if principal.len() > LENGTH {
        return None;
    }
    let value = |text: &str| HeaderValue::try_from(text).ok();
    let mut headers = vec![(PRINCIPAL, value(&principal)?), (ID, value(id)?), (PROVIDER, value(provider)?)];
    // A name may have letters that no header can have; the claims have it too.
    let name = text("preferred_username").or(text("name")).filter(|name| name.is_ascii()).and_then(value);
    headers.extend(name.map(|name| (NAME, name)));
    Some(headers)
}

/// The texts of a claim: one for each entry of a list.
fn values(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Array(entries) => entries.iter().flat_map(values).collect(),
        other => vec![other.to_string()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::TokenValidation;

    #[test]
    fn no_client_says_who_it_is() {
        let mut headers = HeaderMap::new();
        for name in [
            "X-MS-CLIENT-PRINCIPAL",
            "x-ms-client-principal-id",
            "X-Ms-Token-Aad-Access-Token",
            "X-MS-CLIENT-PRINCIPAL-X",
        ] {
            headers.append(HeaderName::try_from(name).unwrap(), HeaderValue::from_static("forged"));
            headers.append(HeaderName::try_from(name).unwrap(), HeaderValue::from_static("twice"));
        }
        headers.insert("x-ms-client-request-id", HeaderValue::from_static("7"));
        strip(&mut headers);
        assert_eq!(headers.keys().map(HeaderName::as_str).collect::<Vec<_>>(), ["x-ms-client-request-id"]);
    }

    /// A caller whose claims do not arrive would be nobody, behind the gate.
    #[test]
    fn too_many_claims_are_no_caller() {
        let other = TokenValidation::issuer("https://login.example");
        let claims = |count: usize| json!({ "sub": "s", "roles": vec!["a"; count] }).as_object().unwrap().clone();
        assert!(headers(&other.rules[0], &claims(500)).is_some());
        assert_eq!(headers(&other.rules[0], &claims(2_000)), None);
    }

    #[test]
    fn an_identity_is_that_of_its_issuer() {
        let claims = json!({ "sub": "s", "oid": "o", "roles": ["a", "b"], "n": 1, "name": "J\u{e4}ne" });
        let claims = claims.as_object().unwrap();
        let id_of = |validation: TokenValidation| {
            let headers = headers(&validation.rules[0], claims).unwrap();
            (headers[1].1.to_str().unwrap().to_owned(), headers[2].1.to_str().unwrap().to_owned())
        };
        assert_eq!(id_of(TokenValidation::entra("t")), ("o".to_owned(), "aad".to_owned()));
        // Another issuer may let users choose a claim that Entra ID guards.
        let other = TokenValidation::issuer("https://login.example");
        assert_eq!(id_of(other.clone()), ("s".to_owned(), "https://login.example".to_owned()));
        let headers = headers(&other.rules[0], claims).unwrap();
        let principal: Value = serde_json::from_slice(&BASE64_STANDARD.decode(&headers[0].1).unwrap()).unwrap();
        let roles = principal["claims"].as_array().unwrap().iter().filter(|claim| claim["typ"] == "roles").count();
        assert_eq!((roles, headers.len()), (2, 3));
    }
}
