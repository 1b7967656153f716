//! [`OnBehalfOf`]: tokens for other services in the name of a caller (Entra ID: "OAuth 2.0 On-Behalf-Of flow").
//!
//! The token of a request is for this app, and for nobody else. Entra ID takes it, with a credential of the app, for a token that
//! another service accepts from this user.

mod credential;
mod error;
mod settings;

pub use error::OnBehalfOfError;

use super::fetch;
use super::policy::is_id;
use super::remembered::Remembered;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use credential::ClientCredential;
use error::Refusal;
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// How long before its end a token is no longer handed out: 5 min, so that it is good for the call it was asked for.
const MARGIN: Duration = Duration::from_secs(5 * 60);

/// Gets tokens for other services in the name of callers. Tokens are remembered: one request to Entra ID serves many calls.
pub struct OnBehalfOf {
    /// The address of Entra ID, such as `https://login.microsoftonline.com`.
    authority: String,
    tenant: String,
    client_id: String,
    credential: ClientCredential,
    client: Client,
    remembered: Remembered<AccessToken>,
}

/// A token for another service, in the name of a caller.
#[derive(Clone)]
pub struct AccessToken {
    secret: Arc<str>,
    expires_on: SystemTime,
}

impl AccessToken {
    /// The token itself, for the header `Authorization: Bearer …` of a request to that service, and for nobody else.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// The time from which the service refuses the token.
    pub fn expires_on(&self) -> SystemTime {
        self.expires_on
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken").field("expires_on", &self.expires_on).finish_non_exhaustive()
    }
}

impl fmt::Debug for OnBehalfOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnBehalfOf")
            .field("tenant", &self.tenant)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl OnBehalfOf {
    /// Gets a token for a scope such as `https://graph.microsoft.com/User.Read`; several are separated by blanks. `caller` is the token of
    /// the caller, and `tenant` the tenant of the caller, which counts if the app is for several.
    ///
    /// # Errors
    ///
    /// If Entra ID refuses, or cannot be reached. Everything that the owner of the app has to know is logged.
    pub async fn token(&self, caller: &str, tenant: Option<&str>, scope: &str) -> Result<AccessToken, OnBehalfOfError> {
        let key = format!("{scope}\n{caller}");
        if let Some(token) = self.remembered.get(&key) {
            return Ok(token);
        }
        let tenant = if is_id(&self.tenant) { Some(&*self.tenant) } else { tenant.filter(|tenant| is_id(tenant)) };
        let tenant = tenant.ok_or_else(|| OnBehalfOfError::not_signed_in("the caller's token names no tenant"))?;
        let endpoint = format!("{}/{tenant}/oauth2/v2.0/token", self.authority);
        let own = self.credential.parameters(&self.client_id, &self.authority, &endpoint).await?;
        let usual = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("requested_token_use", "on_behalf_of"),
            ("client_id", &self.client_id),
            ("assertion", caller),
            ("scope", scope),
        ];
        let form = usual.into_iter().chain(own.iter().map(|(name, value)| (*name, &**value)));
        let body = form_of(form);
        let asked = self.client.post(&endpoint).header("Content-Type", "application/x-www-form-urlencoded").body(body);
        let (status, answer) = fetch::answer(asked, &endpoint).await.map_err(OnBehalfOfError::unavailable)?;
        if status != StatusCode::OK {
            let refusal = serde_json::from_slice::<Refusal>(&answer).unwrap_or_default();
            return Err(OnBehalfOfError::refused(status, refusal, scope));
        }
        let Granted { access_token, expires_in } = serde_json::from_slice(&answer)
            .map_err(|error| OnBehalfOfError::unavailable(format!("{endpoint}: not a token: {error}")))?;
        let lifetime = Duration::from_secs(expires_in);
        let expires_on = SystemTime::now().checked_add(lifetime).unwrap_or(SystemTime::UNIX_EPOCH);
        let token = AccessToken { secret: access_token.into(), expires_on };
        // Whoever shows the caller's token after its end is not the caller.
        let kept = lifetime.saturating_sub(MARGIN).min(left_of(caller).unwrap_or(Duration::ZERO));
        self.remembered.insert(&key, token.clone(), token.secret.len(), kept);
        Ok(token)
    }
}

/// How long a token of a caller, which Entra ID has accepted, is valid yet.
fn left_of(token: &str) -> Option<Duration> {
    let claims = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let end = serde_json::from_slice::<Value>(&claims).ok()?.get("exp")?.as_f64()?;
    let end = SystemTime::UNIX_EPOCH.checked_add(Duration::try_from_secs_f64(end).ok()?)?;
    end.duration_since(SystemTime::now()).ok()
}

/// A token as Entra ID sends it.
#[derive(Deserialize)]
struct Granted {
    access_token: String,
    /// In seconds.
    expires_in: u64,
}

/// The body of a form.
fn form_of<'a>(parameters: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    // Only the query is used: an address without one is the shortest way to an encoder.
    let mut url = reqwest::Url::parse("form:").unwrap_or_else(|_| unreachable!("the address is written here"));
    url.query_pairs_mut().extend_pairs(parameters);
    url.query().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_encoded() {
        assert_eq!(form_of([("a", "x y&z="), ("b", "é")].into_iter()), "a=x+y%26z%3D&b=%C3%A9");
    }

    #[test]
    fn nothing_secret_is_shown() {
        let token = AccessToken { secret: "s3cret".into(), expires_on: SystemTime::now() };
        assert!(!format!("{token:?}").contains("s3cret"));
    }
}
