//! The token endpoint: codes with their verifier, and refresh tokens, each good for one time.

use super::{IdentityProvider, Signed, field, fields, oauth_error, seconds};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
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
/// The tenant in all tokens.
const TENANT: &str = "00000000-0000-0000-0000-00007e57e57e";

impl IdentityProvider {
    pub(super) fn token(&self, body: &[u8], now: SystemTime) -> Response {
        self.grant_token(body, now).unwrap_or_else(|refusal| refusal)
    }

    #[allow(clippy::result_large_err, reason = "a refusal is a response, and is sent as it is")]
    fn grant_token(&self, body: &[u8], now: SystemTime) -> Result<Response, Response> {
        let fields = fields(body).ok_or_else(|| oauth_error("invalid_request", "a parameter stands twice"))?;
        let get = |name| field(&fields, name);
        let signed = match get("grant_type") {
            Some("authorization_code") => {
                // A code that was tried with a wrong verifier is used up.
                let signed = get("code").and_then(|code| self.state().codes.take(code, now));
                signed.filter(|Signed { grant, .. }| {
                    let verifier = get("code_verifier").filter(|text| (43..=128).contains(&text.len()));
                    let digest = verifier.map(|text| BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, text.as_bytes())));
                    digest.as_ref() == Some(&grant.challenge) && get("redirect_uri") == Some(&grant.redirect)
                })
            }
            Some("refresh_token") => get("refresh_token").and_then(|token| self.state().refresh.take(token, now)),
            Some("client_credentials") => return self.agent_token(&fields, now),
            _ => {
                let known = "authorization_code, refresh_token or client_credentials";
                return Err(oauth_error("unsupported_grant_type", known));
            }
        };
        let signed = signed.filter(|signed| get("client_id") == Some(&signed.grant.client.id));
        let signed = signed.ok_or_else(|| oauth_error("invalid_grant", "wrong, used or expired: sign in again"))?;
        if get("resource").is_some_and(|resource| resource != signed.grant.resource) {
            return Err(oauth_error("invalid_target", "the sign-in was for another resource"));
        }
        let scopes = self.users[signed.user].scopes.join(" ");
        let token = self.sign(&signed, now)?;
        let refresh = self.secret()?;
        self.state().refresh.put(refresh.clone(), now + REFRESH, signed);
        let answer = json!({
            "access_token": token, "token_type": "Bearer", "expires_in": TOKEN, "refresh_token": refresh, "scope": scopes,
        });
        let mut response = http::json(StatusCode::OK, answer.to_string());
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        Ok(response)
    }

    /// A token for a program: with `idtyp`, and without a name and scopes, as Entra's for applications.
    #[allow(clippy::result_large_err, reason = "a refusal is a response, and is sent as it is")]
    fn agent_token(&self, fields: &[(String, String)], now: SystemTime) -> Result<Response, Response> {
        let get = |name| field(fields, name).unwrap_or_default();
        let agent = self.agents.iter().position(|agent| {
            agent.id == get("client_id") && bool::from(agent.secret.as_bytes().ct_eq(get("client_secret").as_bytes()))
        });
        let at = agent.ok_or_else(|| oauth_error("invalid_client", "the client or its secret is unknown"))?;
        let resource = self.resources.iter().find(|known| *known == get("resource"));
        let resource = resource.ok_or_else(|| oauth_error("invalid_target", "the resource is unknown"))?;
        let (agent, now, number) = (&self.agents[at], seconds(now), at + 1);
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
    fn sign(&self, Signed { grant, user }: &Signed, now: SystemTime) -> Result<String, Response> {
        let (now, number, user) = (seconds(now), user + 1, &self.users[*user]);
        let id = format!("00000000-0000-0000-0000-{number:012x}");
        // Other than `oid`, as Entra's of users: where the two are the same, a token is an application's.
        let subject = format!("test-user-{number}");
        let claims = json!({
            "iss": self.issuer, "aud": grant.resource, "iat": now, "nbf": now, "exp": now + TOKEN, "oid": id, "sub": subject,
            "tid": TENANT, "name": user.name, "preferred_username": user.name, "azp": grant.client.id, "roles": user.roles,
            "scp": user.scopes.join(" "), "jti": self.secret()?, "ver": "2.0",
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
