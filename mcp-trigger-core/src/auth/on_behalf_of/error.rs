//! [`OnBehalfOfError`]: the reasons for which there is no token.

use reqwest::StatusCode;
use serde::Deserialize;
use std::borrow::Cow;

/// The reason for which there is no token for another service. The message is for the caller, and says what helps.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct OnBehalfOfError {
    message: Cow<'static, str>,
    kind: Kind,
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    NotSignedIn,
    NotConfigured,
    Consent,
    SignIn,
    Refused,
    Unavailable,
}

/// A refusal as Entra ID sends it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Refusal {
    error: String,
    error_description: String,
    suberror: String,
    claims: String,
}

impl OnBehalfOfError {
    fn new(kind: Kind, message: impl Into<Cow<'static, str>>) -> Self {
        OnBehalfOfError { message: message.into(), kind }
    }

    /// The caller is nobody in whose name a token could be had.
    pub fn not_signed_in(why: &str) -> Self {
        OnBehalfOfError::new(Kind::NotSignedIn, format!("nothing can be done in the caller's name: {why}"))
    }

    /// The app lacks a setting, or its credential does not work. The reason is logged, and is not for callers.
    pub fn not_configured(why: String) -> Self {
        tracing::error!("no token in the name of a caller can be had: {why}");
        OnBehalfOfError::new(
            Kind::NotConfigured,
            "the app is not set up to act in the name of its callers; its log says why",
        )
    }

    pub(super) fn unavailable(why: String) -> Self {
        tracing::warn!("Entra ID gives no token in the name of a caller: {why}");
        OnBehalfOfError::new(Kind::Unavailable, "Entra ID does not answer: try again later")
    }

    pub(super) fn refused(status: StatusCode, refusal: Refusal, scope: &str) -> Self {
        let Refusal { error, error_description, suberror, claims } = refusal;
        if status.is_server_error()
            || status == StatusCode::TOO_MANY_REQUESTS
            || matches!(error.as_str(), "" | "temporarily_unavailable")
        {
            return OnBehalfOfError::unavailable(format!("status {status} {error_description}"));
        }
        // The description begins with a code, under which Microsoft's documentation has it.
        let code =
            error_description.split([':', ' ']).next().filter(|code| code.starts_with("AADSTS")).unwrap_or(&error);
        let code = code.to_owned();
        tracing::warn!("Entra ID gives no token for {scope:?}: {error}: {error_description}");
        match error.as_str() {
            "invalid_client" | "unauthorized_client" => OnBehalfOfError::not_configured(format!(
                "Entra ID does not accept the credential of the app ({code}): look at the app registration, its secret, its \
                 certificate, or its federated credential"
            )),
            _ if suberror == "consent_required" || code == "AADSTS65001" => OnBehalfOfError::new(
                Kind::Consent,
                format!(
                    "the app may not use `{scope}` in the caller's name: the caller or an administrator has to consent ({code})"
                ),
            ),
            _ if error == "interaction_required" || !claims.is_empty() => OnBehalfOfError::new(
                Kind::SignIn,
                format!("Entra ID wants the caller to sign in once more ({code}): sign in again"),
            ),
            _ => OnBehalfOfError::new(Kind::Refused, format!("Entra ID gives no token for `{scope}` ({code})")),
        }
    }

    /// Whether the caller has not signed in, or with a provider that is not Entra ID.
    pub fn is_not_signed_in(&self) -> bool {
        self.kind == Kind::NotSignedIn
    }

    /// Whether the caller, or an administrator, has to consent first.
    pub fn needs_consent(&self) -> bool {
        self.kind == Kind::Consent
    }

    /// Whether the caller has to sign in once more, for instance with a second factor.
    pub fn needs_sign_in(&self) -> bool {
        self.kind == Kind::SignIn
    }

    /// Whether trying again later may help.
    pub fn is_temporary(&self) -> bool {
        self.kind == Kind::Unavailable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, answer: &str) -> OnBehalfOfError {
        let refusal = serde_json::from_str(answer).unwrap();
        OnBehalfOfError::refused(StatusCode::from_u16(status).unwrap(), refusal, "api://x/Read")
    }

    #[test]
    fn refusals_say_what_helps() {
        let consent = r#"{"error":"invalid_grant","error_description":"AADSTS65001: The user or administrator has not consented","suberror":"consent_required"}"#;
        let error = refused(400, consent);
        assert!(error.needs_consent() && error.to_string().contains("AADSTS65001"), "{error}");
        let second = r#"{"error":"interaction_required","error_description":"AADSTS50076: you must use multi-factor","claims":"{}"}"#;
        assert!(refused(400, second).needs_sign_in());
        let client =
            refused(401, r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret"}"#);
        assert!(!client.to_string().contains("AADSTS"), "{client}");
        let token = refused(400, r#"{"error":"invalid_grant","error_description":"AADSTS50013: Assertion failed"}"#);
        assert_eq!(token.to_string(), "Entra ID gives no token for `api://x/Read` (AADSTS50013)");
        for status in [429, 500, 503] {
            assert!(refused(status, "{}").is_temporary(), "{status}");
        }
    }
}
