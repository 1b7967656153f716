//! The token endpoint: codes with their verifier, and refresh tokens, each good for one time.

use super::{IdentityProvider, SignInRequest, Signed, State, Taken, field, fields, oauth_error, scope_name, seconds};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use hyper::StatusCode;
use hyper::header::{CACHE_CONTROL, HeaderValue};
use mcp_trigger_core::http::{self, Response};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime};
use subtle::ConstantTimeEq;

/// How long a token is good for, in seconds.
const TOKEN: u64 = 3600;
/// How long a refresh token is good for.
const REFRESH: Duration = Duration::from_secs(24 * 3600);
const TENANT: &str = IdentityProvider::TENANT;

impl IdentityProvider {
    pub(super) fn token(&self, request: &SignInRequest<'_>) -> Response {
        self.grant_token(request).unwrap_or_else(|refusal| refusal)
    }

    #[allow(clippy::result_large_err, reason = "a refusal is a response, and is sent as it is")]
    fn grant_token(&self, request: &SignInRequest<'_>) -> Result<Response, Response> {
        let now = request.now;
        let fields = fields(request.body).ok_or_else(|| oauth_error("invalid_request", "a parameter stands twice"))?;
        let get = |name| field(&fields, name);
        let signed = match get("grant_type") {
            Some("authorization_code") => {
                // A code that was tried with a wrong verifier is used up.
                let signed = get("code").and_then(|code| first(&mut self.state(), |state| state.codes.take(code, now)));
                signed.filter(|Signed { grant, .. }| {
                    let verifier = get("code_verifier").filter(|text| (43..=128).contains(&text.len()));
                    let digest = verifier.map(|text| BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes())));
                    digest.as_ref() == Some(&grant.challenge) && get("redirect_uri") == Some(&grant.redirect)
                })
            }
            Some("refresh_token") => {
                get("refresh_token").and_then(|token| first(&mut self.state(), |state| state.refresh.take(token, now)))
            }
            Some("client_credentials") => return self.agent_token(&fields, request),
            _ => {
                let known = "authorization_code, refresh_token or client_credentials";
                return Err(oauth_error("unsupported_grant_type", known));
            }
        };
        let signed = signed.filter(|signed| get("client_id") == Some(&signed.grant.client.id));
        let signed = signed.ok_or_else(|| oauth_error("invalid_grant", "wrong, used or expired: sign in again"))?;
        if get("resource").is_some_and(|named| self.resource(Some(named)) != Some(&signed.grant.resource)) {
            return Err(oauth_error("invalid_target", "the sign-in was for another resource"));
        }
        let scopes = signed.scopes.join(" ");
        let token = self.sign(&signed, now)?;
        let refresh = self.secret()?;
        {
            let mut state = self.state();
            if state.revoked.contains(&signed.number) {
                return Err(oauth_error("invalid_grant", "the sign-in has ended: its code or token was used twice"));
            }
            state.refresh.put(refresh.clone(), now + REFRESH, signed);
        }
        let answer = json!({
            "access_token": token, "token_type": "Bearer", "expires_in": TOKEN, "refresh_token": refresh, "scope": scopes,
        });
        let mut response = http::json(StatusCode::OK, answer.to_string());
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(response)
    }

    /// A token for a program: with `idtyp`, and without a name and scopes, as Entra's for applications.
    #[allow(clippy::result_large_err, reason = "a refusal is a response, and is sent as it is")]
    fn agent_token(&self, fields: &[(String, String)], request: &SignInRequest<'_>) -> Result<Response, Response> {
        let get = |name| field(fields, name).unwrap_or_default().to_owned();
        let given = request.authorization.map_or_else(|| Some((get("client_id"), get("client_secret"))), basic);
        let agent = given.and_then(|(id, secret)| {
            let is_right = |known: &str| bool::from(known.as_bytes().ct_eq(secret.as_bytes()));
            self.agents.iter().position(|agent| agent.id == id && is_right(&agent.secret))
        });
        let at = agent.ok_or_else(|| oauth_error("invalid_client", "the client or its secret is unknown"))?;
        // Clients of Entra ID name the server in the scope.
        let scope = field(fields, "scope").and_then(|scope| scope.strip_suffix("/.default"));
        let resource = self.resource(field(fields, "resource").or(scope));
        let resource = resource.ok_or_else(|| {
            oauth_error(
                "invalid_target",
                "the resource is no endpoint of this host: send that of the protected resource metadata",
            )
        })?;
        let (agent, now, number) = (&self.agents[at], seconds(request.now), at + 1);
        let id = format!("00000000-0000-0000-0001-{number:012x}");
        let token = self.sign_claims(&json!({
            "iss": self.issuer, "aud": resource, "iat": now, "nbf": now, "exp": now + TOKEN, "oid": id, "sub": id,
            "tid": TENANT, "azp": agent.id, "roles": agent.roles, "idtyp": "app", "jti": self.secret()?, "ver": "2.0",
        }))?;
        let answer = json!({ "access_token": token, "token_type": "Bearer", "expires_in": TOKEN });
        let mut response = http::json(StatusCode::OK, answer.to_string());
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(response)
    }

    /// A token with claims as Entra's.
    #[allow(clippy::result_large_err, reason = "a refusal is a response, and is sent as it is")]
    fn sign(&self, Signed { grant, user, scopes, .. }: &Signed, now: SystemTime) -> Result<String, Response> {
        let (now, number, user) = (seconds(now), user + 1, &self.users[*user]);
        let id = format!("00000000-0000-0000-0000-{number:012x}");
        // Other than `oid`, as Entra's of users: where the two are the same, a token is an application's.
        let subject = format!("test-user-{number}");
        let scopes: Vec<_> = scopes.iter().map(|scope| scope_name(scope)).collect();
        let claims = json!({
            "iss": self.issuer, "aud": grant.resource, "iat": now, "nbf": now, "exp": now + TOKEN, "oid": id, "sub": subject,
            "tid": TENANT, "name": user.name, "preferred_username": user.name, "azp": grant.client.id, "roles": user.roles,
            "scp": scopes.join(" "), "jti": self.secret()?, "ver": "2.0",
        });
        self.sign_claims(&claims)
    }

    #[allow(clippy::result_large_err, reason = "a refusal is a response, and is sent as it is")]
    fn sign_claims(&self, claims: &Value) -> Result<String, Response> {
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": self.key_id() });
        let encode = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
        let text = format!("{}.{}", encode(&header), encode(claims));
        let signature = self.key.sign(&SystemRandom::new(), text.as_bytes());
        let signature = signature.map_err(|_| http::error(StatusCode::INTERNAL_SERVER_ERROR, "no random numbers"))?;
        Ok(format!("{text}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature)))
    }
}

/// The sign-in of a secret that is used for the first time. The second time, what it gave is revoked.
fn first(state: &mut State, take: impl FnOnce(&mut State) -> Option<Taken<Signed>>) -> Option<Signed> {
    match take(state)? {
        Taken::First(signed) => Some(signed),
        Taken::Again(signed) => {
            state.revoke(signed.number);
            None
        }
    }
}

/// The id and the secret of a client in the header `Authorization` (RFC 6749, section 2.3.1). `None` if the header has none.
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    let text = String::from_utf8(BASE64_STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decode = |text: &str| form_urlencoded::parse(text.as_bytes()).next().map(|(text, _)| text.into_owned());
    scheme.eq_ignore_ascii_case("Basic").then_some((decode(id)?, decode(secret)?))
}
