//! The token in the headers of a request (RFC 6750, section 2.1). A token in the address or in the body is not read.

use super::rejection::Rejection;
use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;

/// The greatest length of a token, in bytes: twice that of a token of Entra ID with 200 groups.
const LENGTH: usize = 16 * 1024;

/// The token of a request, whose letters are not [checked](check) yet.
///
/// # Errors
///
/// If the request has no token, or several.
pub(super) fn token(headers: &HeaderMap) -> Result<&str, Rejection> {
    let mut lines = headers.get_all(AUTHORIZATION).iter();
    let line = lines.next().ok_or(Rejection::NoToken)?;
    if lines.next().is_some() {
        return Err(Rejection::Malformed("a request has one header Authorization, and this one has several"));
    }
    let text = line.to_str().map_err(|_| Rejection::Malformed("the header Authorization is not ASCII"))?;
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case("Bearer") {
        return Err(Rejection::NoToken);
    }
    let token = token.trim_matches(' ');
    if token.len() > LENGTH {
        return Err(Rejection::Invalid("the token is longer than 16 KiB"));
    }
    Ok(token)
}

/// Checks the letters of a token.
///
/// # Errors
///
/// If the text is no token, or several.
pub(super) fn check(token: &str) -> Result<(), Rejection> {
    // The letters of RFC 6750, without a comma: two headers that a proxy joined are no token.
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    if token.is_empty() || !token.bytes().all(is_token) {
        return Err(Rejection::Malformed("the header Authorization has no single token after Bearer"));
    }
    Ok(())
}
