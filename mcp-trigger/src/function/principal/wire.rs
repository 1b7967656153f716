//! The value of `X-MS-CLIENT-PRINCIPAL`: base64 of JSON, in one of two shapes.
//!
//! | written by | JSON |
//! |---|---|
//! | App Service authentication | `{"auth_typ":"aad","claims":[{"typ":"…","val":"…"}],"name_typ":"…","role_typ":"…"}` |
//! | Static Web Apps | `{"identityProvider":"github","userId":"…","userDetails":"…","userRoles":["authenticated"]}` |

use super::claims;
use base64::engine::general_purpose::STANDARD_PAD_INDIFFERENT as BASE64;
use base64::prelude::Engine as _;
use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

/// The limit of the value, in bytes. Servers limit the headers of a request to less.
pub(super) const LIMIT: usize = 64 * 1024;

/// The reason why a value cannot be read. The message does not repeat the value, which is personal data.
#[derive(Debug, Error, PartialEq, Eq)]
pub(super) enum Malformed {
    #[error("it has {0} bytes, more than {LIMIT}")]
    TooLong(usize),
    #[error("it is not base64")]
    Base64,
    #[error("what it encodes is not the JSON of a principal (column {0})")]
    Json(usize),
    #[error("what it encodes has neither claims nor a user's id")]
    Shape,
}

/// The content of a value.
#[derive(Debug, Default)]
pub(super) struct Payload {
    pub(super) provider: Option<String>,
    /// The id and the name that Static Web Apps give to the user; App Service authentication has claims for them.
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) claims: Vec<(String, String)>,
    pub(super) name_type: Option<String>,
    pub(super) role_type: Option<String>,
}

#[derive(Deserialize)]
struct Wire {
    auth_typ: Option<String>,
    claims: Option<Vec<Claim>>,
    name_typ: Option<String>,
    role_typ: Option<String>,
    #[serde(rename = "identityProvider")]
    identity_provider: Option<String>,
    #[serde(rename = "userId")]
    user_id: Option<String>,
    #[serde(rename = "userDetails")]
    user_details: Option<String>,
    #[serde(rename = "userRoles")]
    user_roles: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Claim {
    typ: String,
    /// A string. A number is accepted too, so that an unused claim does not lock a caller out.
    #[serde(default)]
    val: Value,
}

/// Reads a value; `None` if Static Web Apps tells that the caller has not signed in.
pub(super) fn decode(header: &str) -> Result<Option<Payload>, Malformed> {
    if header.len() > LIMIT {
        return Err(Malformed::TooLong(header.len()));
    }
    let json = BASE64.decode(header).map_err(|_| Malformed::Base64)?;
    // serde_json's own message can repeat a value.
    let wire: Wire = serde_json::from_slice(&json).map_err(|error| Malformed::Json(error.column()))?;
    let claims = wire.claims.map(texts);
    match (wire.user_id, wire.user_roles, claims) {
        (None, None, None) => Err(Malformed::Shape),
        (None, None, Some(claims)) => Ok(Some(Payload {
            provider: wire.auth_typ,
            id: None,
            name: None,
            claims,
            name_type: wire.name_typ,
            role_type: wire.role_typ,
        })),
        (id, roles, claims) => {
            let roles: Vec<_> = roles.unwrap_or_default().into_iter().filter(|role| role != "anonymous").collect();
            if roles.is_empty() {
                return Ok(None);
            }
            // `userRoles` are the roles, whatever the identity provider calls by that name.
            let mut claims = claims.unwrap_or_default();
            claims.retain(|(claim_type, _)| !claims::same(claim_type, claims::ROLE));
            claims.extend(roles.into_iter().map(|role| ("roles".to_owned(), role)));
            let (provider, name) = (wire.identity_provider, wire.user_details);
            Ok(Some(Payload { provider, id, name, claims, name_type: None, role_type: None }))
        }
    }
}

fn texts(claims: Vec<Claim>) -> Vec<(String, String)> {
    let text = |claim: Claim| match claim.val {
        Value::Null => None,
        Value::String(text) => Some((claim.typ, text)),
        other => Some((claim.typ, other.to_string())),
    };
    claims.into_iter().filter_map(text).collect()
}

/// Writes a value in App Service authentication's shape.
#[cfg(test)]
pub(super) fn encode<'a>(
    provider: &str,
    claims: impl Iterator<Item = (&'a str, &'a str)>,
    name_type: &str,
    role_type: &str,
) -> String {
    use base64::prelude::BASE64_STANDARD;
    use serde_json::json;

    let claims: Vec<Value> = claims.map(|(claim_type, value)| json!({ "typ": claim_type, "val": value })).collect();
    let json = json!({ "auth_typ": provider, "claims": claims, "name_typ": name_type, "role_typ": role_type });
    BASE64_STANDARD.encode(json.to_string())
}
