//! A principal in the headers of a request, where the platform's authentication puts it, and whether to believe them.

use super::wire::{self, Malformed};
use super::{ENTRA, Identity, Principal, claims};
use host_protocol::invocation::Headers;
use std::ffi::OsStr;
use std::sync::Arc;
use thiserror::Error;

const PRINCIPAL: &str = "X-MS-CLIENT-PRINCIPAL";
const ID: &str = "X-MS-CLIENT-PRINCIPAL-ID";
const NAME: &str = "X-MS-CLIENT-PRINCIPAL-NAME";
const PROVIDER: &str = "X-MS-CLIENT-PRINCIPAL-IDP";

/// Whether identity headers are trusted.
///
/// The platform replaces them if its authentication is on. If it is off, the host hands on the headers of the client, which may be
/// forged (ground-truth.md §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// The platform wrote them.
    Believed,
    /// Any client may have written them.
    Ignored,
}

impl Trust {
    /// The variable by which the platform tells an app whether its authentication is on: `True` or `False`.
    pub(crate) const SETTING: &str = "WEBSITE_AUTH_ENABLED";

    /// The trust by the value of [`SETTING`](Trust::SETTING).
    pub(crate) fn from_setting(value: Option<&OsStr>) -> Self {
        match value {
            Some(value) if value == "1" || value.eq_ignore_ascii_case("true") => Trust::Believed,
            _ => Trust::Ignored,
        }
    }
}

/// The reason why trusted headers have no principal.
#[derive(Debug, Error, PartialEq, Eq)]
pub(super) enum Unreadable {
    #[error("{PRINCIPAL} cannot be read: {0}")]
    Principal(#[from] Malformed),
    #[error("{0} is there more than once")]
    Repeated(&'static str),
    #[error("neither {ID} nor a claim gives an id")]
    NoId,
}

impl Principal {
    /// The sender of a request; `None` if its headers name no sender, are not trusted, or cannot be read. The last case is logged.
    pub(crate) fn from_headers(headers: &Headers, trust: Trust) -> Option<Self> {
        if trust == Trust::Ignored {
            return None;
        }
        read(headers).unwrap_or_else(|error| {
            tracing::warn!("the caller counts as not signed in: {error}");
            None
        })
    }

    /// The headers that the platform would send for this principal: to hold the reader against.
    #[cfg(test)]
    pub(super) fn to_headers(&self) -> Vec<(String, String)> {
        let Identity { provider, name_type, role_type, access_token, id_token, .. } = &*self.0;
        let auth_type = provider.as_deref().unwrap_or_default();
        let mut headers = vec![
            (PRINCIPAL.to_owned(), wire::encode(auth_type, self.claims(), name_type, role_type)),
            (ID.to_owned(), self.id().to_owned()),
        ];
        headers.extend(self.name().map(|name| (NAME.to_owned(), name.to_owned())));
        headers.extend(provider.iter().map(|provider| (PROVIDER.to_owned(), provider.clone())));
        for (kind, token) in [("ACCESS", access_token), ("ID", id_token)] {
            headers.extend(token.iter().map(|token| (token_header(provider.as_deref(), kind), token.clone())));
        }
        headers
    }
}

pub(super) fn read(headers: &Headers) -> Result<Option<Principal>, Unreadable> {
    let (id, provider) = (single(headers, ID)?, single(headers, PROVIDER)?);
    let payload = match single(headers, PRINCIPAL)? {
        Some(header) => match wire::decode(header)? {
            Some(payload) => Some(payload),
            None => return Ok(None),
        },
        None => None,
    };
    let name = values(headers, NAME).next();
    if payload.is_none() && id.is_none() && name.is_none() {
        return Ok(None);
    }
    let payload = payload.unwrap_or_default();
    let provider = provider.map(str::to_owned).or(payload.provider.filter(|provider| !provider.is_empty()));
    let token = |kind| headers.get(&token_header(provider.as_deref(), kind)).and_then(one_token);
    let mut principal = Principal(Arc::new(Identity {
        id: String::new(),
        name: payload.name.filter(|name| !name.is_empty()).or(name.map(str::to_owned)),
        access_token: token("ACCESS").or_else(|| bearer(headers)),
        id_token: token("ID"),
        provider,
        claims: payload.claims,
        name_type: payload.name_type.filter(|kind| !kind.is_empty()).unwrap_or_else(|| claims::NAME.to_owned()),
        role_type: payload.role_type.filter(|kind| !kind.is_empty()).unwrap_or_else(|| claims::ROLE.to_owned()),
    }));
    let object = principal.claim("oid").filter(|_| principal.is_of_entra());
    let known = [payload.id.as_deref(), object, id, principal.claim("sub")];
    let id = known.into_iter().flatten().find(|id| !id.is_empty()).ok_or(Unreadable::NoId)?.to_owned();
    Arc::make_mut(&mut principal.0).id = id;
    Ok(Some(principal))
}

/// The values of a header that is there, and not empty.
fn values<'a>(headers: &'a Headers, name: &'static str) -> impl Iterator<Item = &'a str> {
    let named = move |(key, value): &(&str, &str)| key.eq_ignore_ascii_case(name) && !value.is_empty();
    headers.iter().filter(named).map(|(_, value)| value)
}

/// The value of a header whose values have no comma. The host joins several with one, and of several at least one is forged.
fn single<'a>(headers: &'a Headers, name: &'static str) -> Result<Option<&'a str>, Unreadable> {
    let mut values = values(headers, name);
    let value = values.next();
    match values.next() {
        None if !value.is_some_and(|value| value.contains(',')) => Ok(value),
        _ => Err(Unreadable::Repeated(name)),
    }
}

/// Where the platform puts a token of its token store. Names of headers have no case.
fn token_header(provider: Option<&str>, kind: &str) -> String {
    format!("X-MS-TOKEN-{}-{kind}-TOKEN", provider.unwrap_or(ENTRA)).to_ascii_uppercase()
}

/// The token that the client itself sent: without a token store the only one there is.
fn bearer(headers: &Headers) -> Option<String> {
    let (scheme, token) = headers.get("Authorization")?.split_once(' ')?;
    one_token(token.trim_matches(' ')).filter(|_| scheme.eq_ignore_ascii_case("Bearer"))
}

/// A header's value if it is one token, and not several that the host joined.
fn one_token(value: &str) -> Option<String> {
    (!value.is_empty() && !value.contains([',', ' '])).then(|| value.to_owned())
}
