//! The caller: the identity from the platform's authentication.

mod access;
mod claims;
mod headers;
#[cfg(test)]
mod tests;
mod wire;

pub use access::{Access, Denied};
pub(crate) use headers::Trust;

use std::fmt;
use std::sync::Arc;

/// Entra, as the platform spells it.
const ENTRA: &str = "aad";

/// A caller that has signed in: a user, or an app that calls on its own behalf.
///
/// In Azure the principal comes from [App Service authentication], which validates the token of a request and sends the claims to
/// the app. If App Service authentication is off, no caller is signed in, whatever headers a client sends.
///
/// ```
/// use mcp_trigger::Principal;
///
/// let jane = Principal::new("5b1c").with_name("Jane Doe").with_role("Notes.Admin").with_scope("Notes.Read Notes.Write");
/// assert_eq!((jane.id(), jane.name()), ("5b1c", Some("Jane Doe")));
/// assert!(jane.has_role("Notes.Admin") && jane.has_scope("Notes.Write"));
/// ```
///
/// A clone is cheap. Its `Debug` shows neither tokens nor the values of claims.
///
/// [App Service authentication]: https://learn.microsoft.com/azure/app-service/overview-authentication-authorization
#[derive(Clone)]
pub struct Principal(Arc<Identity>);

#[derive(Clone)]
struct Identity {
    id: String,
    /// The id of the caller, which the platform sends beside the claims.
    name: Option<String>,
    provider: Option<String>,
    claims: Vec<(String, String)>,
    /// The types that this principal's names and roles have, whatever they are elsewhere.
    name_type: String,
    role_type: String,
    access_token: Option<String>,
    id_token: Option<String>,
}

impl Principal {
    /// A principal with an id and nothing else, for tests.
    pub fn new(id: impl Into<String>) -> Self {
        Principal(Arc::new(Identity {
            id: id.into(),
            name: None,
            provider: None,
            claims: Vec::new(),
            name_type: claims::NAME.to_owned(),
            role_type: claims::ROLE.to_owned(),
            access_token: None,
            id_token: None,
        }))
    }

    /// Adds a name: the claim `name`.
    #[must_use]
    pub fn with_name(self, name: impl Into<String>) -> Self {
        self.with_claim("name", name)
    }

    /// Sets the identity provider, as the platform spells it: `aad`, `github`, `google` …
    #[must_use]
    pub fn with_identity_provider(mut self, provider: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.0).provider = Some(provider.into());
        self
    }

    /// Adds a role: a claim `roles`.
    #[must_use]
    pub fn with_role(self, role: impl Into<String>) -> Self {
        self.with_claim("roles", role)
    }

    /// Adds a scope, or several separated by blanks: a claim `scp`.
    #[must_use]
    pub fn with_scope(self, scope: impl Into<String>) -> Self {
        self.with_claim("scp", scope)
    }

    /// Adds a claim.
    #[must_use]
    pub fn with_claim(mut self, claim_type: impl Into<String>, value: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.0).claims.push((claim_type.into(), value.into()));
        self
    }

    /// Sets the access token.
    #[must_use]
    pub fn with_access_token(mut self, token: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.0).access_token = Some(token.into());
        self
    }

    /// Sets the ID token.
    #[must_use]
    pub fn with_id_token(mut self, token: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.0).id_token = Some(token.into());
        self
    }

    /// The caller's id, which never changes: with Entra the object id. Two identity providers may give the same one to
    /// different callers, so an app with several providers has to keep [both](Principal::identity_provider).
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// The display name of the caller. Callers choose it themselves, so do not grant anything by name.
    pub fn name(&self) -> Option<&str> {
        let names = [
            self.claim("name"),
            self.claim(&self.0.name_type),
            self.0.name.as_deref(),
            self.claim("preferred_username"),
        ];
        names.into_iter().flatten().find(|name| !name.is_empty())
    }

    /// The identity provider: `aad` for Entra, `github`, `google`, `facebook`, or the name that the app's configuration gives to
    /// another provider.
    pub fn identity_provider(&self) -> Option<&str> {
        self.0.provider.as_deref()
    }

    /// The Entra tenant that the caller has signed in to: the claim `tid`.
    pub fn tenant_id(&self) -> Option<&str> {
        self.claim("tid")
    }

    /// The claim `email`. The address may not be verified: do not grant anything by email.
    pub fn email(&self) -> Option<&str> {
        self.claim("email")
    }

    /// All claims, types and values, in their order and spelling. A type can come more than once.
    pub fn claims(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.claims.iter().map(|(claim_type, value)| (claim_type.as_str(), value.as_str()))
    }

    /// The first claim of a type. The platform renames some (`tid` becomes
    /// `http://schemas.microsoft.com/identity/claims/tenantid`); both spellings find either, the one that is asked for first.
    ///
    /// ```
    /// # use mcp_trigger::Principal;
    /// let uri = "http://schemas.microsoft.com/identity/claims/tenantid";
    /// let jane = Principal::new("5b1c").with_claim(uri, "contoso");
    /// assert_eq!(jane.claim("tid"), Some("contoso"));
    /// ```
    pub fn claim(&self, claim_type: &str) -> Option<&str> {
        let exact = self.claims().find(|(known, _)| *known == claim_type);
        exact.or_else(|| self.claims().find(|(known, _)| claims::same(known, claim_type))).map(|(_, value)| value)
    }

    /// The roles of the caller: app roles of Entra, or those of Static Web Apps. A role can come more than once.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        let is_role = |claim_type: &str| claim_type == self.0.role_type || claims::same(claim_type, claims::ROLE);
        self.claims().filter(move |(claim_type, _)| is_role(claim_type)).map(|(_, value)| value)
    }

    /// Whether the caller has this role, in exactly this spelling.
    pub fn has_role(&self, role: &str) -> bool {
        self.roles().any(|known| known == role)
    }

    /// The scopes: the permissions that the user granted to the client. An app that calls on its own behalf has roles instead.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        let lists = self.claims().filter(|(claim_type, _)| claims::same(claim_type, "scp"));
        lists.flat_map(|(_, scopes)| scopes.split_ascii_whitespace())
    }

    /// Whether the caller has this scope, in exactly this spelling. Entra leaves out the app's address that clients put in front
    /// of it: `Notes.Read`, not `api://…/Notes.Read`.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes().any(|known| known == scope)
    }

    /// Whether an app calls on its own behalf, without a user. Entra says it in the claim `idtyp`, if the app's registration asks
    /// for that; else an app is known by a subject that is its object id, for users have another subject in each app. With other
    /// providers this is always `false`.
    pub fn is_app(&self) -> bool {
        let by_itself = match self.claim("idtyp") {
            Some(kind) => kind == "app",
            None => self.claim("oid").is_some_and(|id| self.claim("sub") == Some(id)),
        };
        by_itself && self.is_of_entra() && self.scopes().next().is_none()
    }

    /// Whether Entra issued the claims. Another provider may let its users choose the value of a claim that Entra guards.
    pub(crate) fn is_of_entra(&self) -> bool {
        self.identity_provider() == Some(ENTRA)
    }

    /// The access token, if the platform hands it on: the one of its token store, else the one that came with the request. It
    /// is meant for this app. To call an API in the caller's name, exchange it for another (`Context::on_behalf_of`); never pass it on.
    pub fn access_token(&self) -> Option<&str> {
        self.0.access_token.as_deref()
    }

    /// The ID token, if the platform's token store has it.
    pub fn id_token(&self) -> Option<&str> {
        self.0.id_token.as_deref()
    }
}

/// Only the types of the claims: their values are personal data, and may contain secrets of a provider.
impl fmt::Debug for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let claim_types: Vec<&str> = self.claims().map(|(claim_type, _)| claim_type).collect();
        f.debug_struct("Principal")
            .field("id", &self.0.id)
            .field("identity_provider", &self.0.provider)
            .field("claims", &claim_types)
            .finish_non_exhaustive()
    }
}
