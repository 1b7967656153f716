//! The signature and the claims of a token (RFC 7519; RFC 8725, "JSON Web Token Best Current Practices").

use super::issuer::Issuer;
use super::policy::Rule;
use super::rejection::Rejection;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation, decode};
use reqwest::Client;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::str::FromStr as _;
use std::sync::Arc;

/// How far the clocks of issuer and server may differ, in seconds.
pub(super) const CLOCK_SKEW: u64 = 60;

/// The claims of a token.
pub(super) type Claims = Map<String, Value>;

/// The members of a token's header that decide. Keys and addresses of keys in a header (`jwk`, `jku`, `x5c`, `x5u`) are not read.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
    b64: Option<Value>,
    zip: Option<Value>,
}

/// The claims that tell whose token it is, before its signature is checked.
#[derive(Deserialize)]
struct Issued {
    iss: String,
    tid: Option<String>,
}

fn invalid(why: &'static str) -> Rejection {
    Rejection::Invalid(why)
}

/// Validates a token by the first rule that accepts it.
///
/// # Errors
///
/// If no rule accepts the token. The reason is that of the last rule for its issuer.
pub(super) async fn validate<'a>(
    token: &str,
    rules: &'a [(Rule, Arc<Issuer>)],
    client: &Client,
) -> Result<(&'a Rule, Claims), Rejection> {
    let (header, issued) = read(token)?;
    let algorithm = Algorithm::from_str(&header.alg)
        .map_err(|_| invalid("the token is signed by no algorithm that is accepted"))?;
    let mut last = invalid("the token is not from an issuer that is accepted");
    for (rule, issuer) in rules.iter().filter(|(rule, _)| rule.is_for(&issued.iss, issued.tid.as_deref())) {
        match by_rule(token, (rule, issuer), client, &header, algorithm).await {
            Ok(claims) => return Ok((rule, claims)),
            Err(rejection) => last = rejection,
        }
    }
    Err(last)
}

/// Reads the parts of a token that decide how it is checked.
fn read(token: &str) -> Result<(Header, Issued), Rejection> {
    let parts: Vec<_> = token.split('.').collect();
    let [header, claims, _] = parts[..] else {
        return Err(invalid("the token is no signed JSON Web Token"));
    };
    let header: Header = part(header).ok_or(invalid("the header of the token cannot be read"))?;
    if header.crit.is_some() || header.b64.is_some() || header.zip.is_some() {
        return Err(invalid("the header of the token has extensions that are not known here"));
    }
    // An ID token has the type JWT too; what tells it apart are its claims.
    let kind = header.typ.as_deref().unwrap_or("JWT").to_ascii_lowercase();
    if !["jwt", "at+jwt", "application/at+jwt"].contains(&kind.as_str()) {
        return Err(invalid("the token is of another type than an access token"));
    }
    let issued = part(claims).ok_or(invalid("the token names no issuer"))?;
    Ok((header, issued))
}

fn part<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

async fn by_rule(
    token: &str,
    (rule, issuer): (&Rule, &Arc<Issuer>),
    client: &Client,
    header: &Header,
    algorithm: Algorithm,
) -> Result<Claims, Rejection> {
    let keys = issuer.keys(client, header.kid.as_deref(), algorithm).await?;
    let mut validation = Validation::new(algorithm);
    validation.leeway = CLOCK_SKEW;
    validation.validate_nbf = true;
    validation.set_required_spec_claims(&["exp", "iss", "aud"]);
    validation.set_audience(&rule.audiences);
    let mut checked = Err(invalid("the signature of the token is wrong"));
    for key in keys {
        checked = decode::<Claims>(token, &key.key, &validation).map(|token| token.claims).map_err(|error| {
            invalid(match error.kind() {
                ErrorKind::ExpiredSignature => "the token has expired",
                ErrorKind::ImmatureSignature => "the token is not valid yet",
                ErrorKind::InvalidAudience => "the token is for another server",
                ErrorKind::MissingRequiredClaim(_) | ErrorKind::InvalidClaimFormat(_) => {
                    "the token lacks a claim, or has one that cannot be read"
                }
                ErrorKind::InvalidSignature => "the signature of the token is wrong",
                _ => "the token cannot be read",
            })
        });
        if checked.is_ok() {
            break;
        }
    }
    let claims = checked?;
    check(rule, &claims)?;
    Ok(claims)
}

/// Checks the claims that depend on the rule. The signature is right.
fn check(rule: &Rule, claims: &Claims) -> Result<(), Rejection> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if ["nonce", "at_hash", "c_hash"].iter().any(|name| claims.contains_key(*name)) {
        return Err(invalid("the token is an ID token, and no access token"));
    }
    let [subject, object, tenant] = ["sub", "oid", "tid"].map(text);
    if subject.or(object).is_none_or(str::is_empty) {
        return Err(invalid("the token names nobody"));
    }
    let client = text("azp").or(text("appid")).or(text("client_id"));
    let is_one_of =
        |allowed: &[String], value: Option<&str>| value.is_some_and(|value| allowed.iter().any(|one| one == value));
    let refused = |allowed: &[String], values: &[Option<&str>]| {
        !allowed.is_empty() && !values.iter().any(|value| is_one_of(allowed, *value))
    };
    if refused(&rule.tenants, &[tenant]) {
        return Err(Rejection::NotLetIn("the tenant of the access token is not let in"));
    }
    if refused(&rule.clients, &[client]) {
        return Err(Rejection::NotLetIn("the client application of the access token is not let in"));
    }
    if refused(&rule.identities, &[object.or(subject)]) {
        return Err(Rejection::NotLetIn("the user or app of the access token is not let in"));
    }
    let granted = scopes(claims);
    // An app that calls on its own behalf has no scopes, for no user grants any: it is let in by a role, or by name.
    let is_app = granted.is_empty() && object.is_some() && (text("idtyp") == Some("app") || object == subject);
    if rule.entra.is_some() && granted.is_empty() && !is_app {
        // Its ID tokens are for the same audience, and signed by the same keys.
        return Err(invalid("the token is an ID token, or has no scope"));
    }
    if rule.scopes_in_tokens().all(|scope| granted.contains(&scope)) {
        return Ok(());
    }
    let has_role = claims.get("roles").and_then(Value::as_array).is_some_and(|roles| !roles.is_empty());
    let is_named = is_one_of(&rule.clients, client) || is_one_of(&rule.identities, object);
    if rule.entra.is_some() && is_app && (has_role || is_named) { Ok(()) } else { Err(Rejection::Scope) }
}

/// The scopes of a token: text with blanks, or a list.
fn scopes(claims: &Claims) -> Vec<&str> {
    match claims.get("scp").or_else(|| claims.get("scope")) {
        Some(Value::String(scopes)) => scopes.split_ascii_whitespace().collect(),
        Some(Value::Array(scopes)) => scopes.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}
