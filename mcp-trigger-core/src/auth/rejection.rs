//! [`Rejection`]: the reasons for which a request is refused, and the status and challenge of each (RFC 6750, section 3; MCP:
//! `basic/authorization`, "Error Handling").

use crate::http::{Challenge, INSUFFICIENT_SCOPE};
use hyper::header::HeaderValue;

/// The reason for which a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rejection {
    /// The request has no token.
    NoToken,
    /// The header with the token cannot be read.
    Malformed(&'static str),
    /// The token is not valid, or not for this server.
    Invalid(&'static str),
    /// The token lacks a scope. Clients ask the user for all scopes that are needed.
    Scope,
    /// The token is valid, but its tenant, client or identity is not let in. Another sign-in would not help.
    NotLetIn(&'static str),
    /// The keys of the issuer are not known, because the issuer does not answer.
    Unavailable,
}

/// After how many seconds a client tries again when the issuer cannot be reached.
pub(super) const RETRY_AFTER: u64 = 5;

impl Rejection {
    pub(super) fn status(&self) -> u16 {
        match self {
            Rejection::Malformed(_) => 400,
            Rejection::NoToken | Rejection::Invalid(_) => 401,
            Rejection::Scope | Rejection::NotLetIn(_) => 403,
            Rejection::Unavailable => 503,
        }
    }

    /// The error code of RFC 6750. A request without a token gets none.
    fn code(&self) -> Option<&'static str> {
        match self {
            Rejection::Malformed(_) => Some("invalid_request"),
            Rejection::Invalid(_) => Some("invalid_token"),
            Rejection::Scope => Some(INSUFFICIENT_SCOPE),
            Rejection::NoToken | Rejection::NotLetIn(_) | Rejection::Unavailable => None,
        }
    }

    /// The message for the client.
    pub(super) fn message(&self) -> &'static str {
        match self {
            Rejection::NoToken => "sign in: the request has no access token",
            Rejection::Malformed(message) | Rejection::Invalid(message) | Rejection::NotLetIn(message) => message,
            Rejection::Scope => "the access token lacks a scope: sign in again and grant it",
            Rejection::Unavailable => "the access token cannot be checked: its issuer does not answer; try again later",
        }
    }

    /// The value of `WWW-Authenticate`; `None` where a token would not help.
    pub(super) fn challenge(&self, metadata: Option<&str>, scopes: &str) -> Option<HeaderValue> {
        if matches!(self, Rejection::NotLetIn(_) | Rejection::Unavailable) {
            return None;
        }
        let error = self.code().map(|code| (code, self.message()));
        Some(Challenge { error, scopes, metadata }.header())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_those_of_the_specification() {
        let metadata = "https://app.example/.well-known/oauth-protected-resource/mcp";
        assert_eq!(
            Rejection::NoToken.challenge(Some(metadata), "a b").unwrap(),
            format!("Bearer scope=\"a b\", resource_metadata=\"{metadata}\"")
        );
        let invalid = Rejection::Invalid("it has ended").challenge(Some(metadata), "").unwrap();
        assert_eq!(
            invalid,
            format!(
                "Bearer error=\"invalid_token\", error_description=\"it has ended\", resource_metadata=\"{metadata}\""
            )
        );
        let scope = Rejection::Scope.challenge(None, "a").unwrap();
        assert!(scope.to_str().unwrap().starts_with("Bearer error=\"insufficient_scope\""));
        assert_eq!(Rejection::NoToken.challenge(None, "").unwrap(), "Bearer");
        assert_eq!(Rejection::Unavailable.challenge(Some(metadata), "a"), None);
        assert_eq!(Rejection::NotLetIn("no").challenge(Some(metadata), "a"), None);
    }
}
