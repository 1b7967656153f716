//! [`Challenge`]: the header by which a client learns that it needs a token, and which (RFC 6750, section 3; RFC 9728, section 5.1).

use hyper::header::HeaderValue;

/// The parameters of a `WWW-Authenticate` header of the scheme `Bearer`. Characters that a parameter may not have are left out.
///
/// ```
/// use mcp_trigger_core::http::Challenge;
///
/// let challenge = Challenge { scopes: "notes.read", ..Challenge::default() };
/// assert_eq!(challenge.header(), r#"Bearer scope="notes.read""#);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Challenge<'a> {
    /// The error code of RFC 6750, and its description. A request without a token gets none.
    pub error: Option<(&'static str, &'a str)>,
    /// The scopes to ask for, separated by blanks. Empty: not named.
    pub scopes: &'a str,
    /// The address of the metadata of the protected resource.
    pub metadata: Option<&'a str>,
}

/// The error code for a token that lacks a scope.
pub const INSUFFICIENT_SCOPE: &str = "insufficient_scope";

impl Challenge<'_> {
    /// The value of the header.
    pub fn header(&self) -> HeaderValue {
        let described = self.error.map(|(code, description)| [("error", code), ("error_description", description)]);
        let scopes = (!self.scopes.is_empty()).then_some(("scope", self.scopes));
        let metadata = self.metadata.map(|metadata| ("resource_metadata", metadata));
        let parameters = described.into_iter().flatten().chain(scopes).chain(metadata);
        let parameters: Vec<_> = parameters.map(|(name, value)| format!("{name}=\"{}\"", quotable(value))).collect();
        // Quotable text is always a header's.
        HeaderValue::try_from(format!("Bearer {}", parameters.join(", ")).trim_end())
            .unwrap_or(HeaderValue::from_static("Bearer"))
    }
}

/// A text as the value of a parameter may have it.
fn quotable(text: &str) -> String {
    text.chars().filter(|letter| (' '..='~').contains(letter) && !['"', '\\'].contains(letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parameters_are_those_of_the_specification() {
        let metadata = Some("https://app.example/.well-known/oauth-protected-resource/mcp");
        let all = Challenge { error: Some((INSUFFICIENT_SCOPE, "it says \"x\\y\"\n")), scopes: "a b", metadata };
        assert_eq!(
            all.header(),
            "Bearer error=\"insufficient_scope\", error_description=\"it says xy\", scope=\"a b\", \
             resource_metadata=\"https://app.example/.well-known/oauth-protected-resource/mcp\""
        );
        assert_eq!(Challenge::default().header(), "Bearer");
    }
}
