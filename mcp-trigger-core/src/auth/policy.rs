//! [`TokenValidation`]: the access tokens that are accepted.

/// The access tokens that a server accepts.
///
/// A token has to be signed by an issuer that is named here, and meant for this server: one of its audiences is named here, too.
///
/// ```
/// use mcp_trigger_core::auth::TokenValidation;
///
/// let validation = TokenValidation::entra("72f988bf-0000-0000-0000-2d7cd011db47")
///     .audience("api://5c28a6d4-0000-0000-0000-0ba1ad8c2f5b")
///     .scope("user_impersonation")
///     .client("aebc6443-996d-45c2-90f0-388ff96faa56");
/// let both = validation.or(TokenValidation::issuer("https://login.example").audience("https://app.example/mcp"));
/// assert!(both.problem().is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenValidation {
    /// At least one. Methods change the last rule.
    pub(super) rules: Vec<Rule>,
    pub(super) resource: Option<String>,
    pub(super) trusts_forwarded: bool,
}

/// The tokens of one issuer that are accepted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rule {
    /// The issuer, without a slash at its end if it is Entra's.
    pub(super) issuer: String,
    /// The tenant, if the issuer is Entra ID.
    pub(super) entra: Option<Entra>,
    pub(super) audiences: Vec<String>,
    pub(super) scopes: Vec<String>,
    pub(super) clients: Vec<String>,
    pub(super) tenants: Vec<String>,
    pub(super) identities: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entra {
    pub(super) authority: String,
    pub(super) tenant: String,
}

/// The sign-in service of Azure's public cloud.
const AUTHORITY: &str = "https://login.microsoftonline.com";

impl TokenValidation {
    /// Accepts tokens of a tenant of Entra ID, which is named by its id. `organizations` and `common` stand for the tenants that
    /// [`tenant`](TokenValidation::tenant) names.
    #[must_use]
    pub fn entra(tenant: impl Into<String>) -> Self {
        TokenValidation::entra_at(AUTHORITY, tenant)
    }

    /// Accepts tokens of a tenant of Entra ID in another cloud: `https://login.microsoftonline.us` for Azure Government.
    #[must_use]
    pub fn entra_at(authority: impl Into<String>, tenant: impl Into<String>) -> Self {
        let (authority, tenant) = (authority.into().trim_end_matches('/').to_owned(), tenant.into());
        let issuer = format!("{authority}/{tenant}/v2.0");
        TokenValidation::of(Rule { issuer, entra: Some(Entra { authority, tenant }), ..Rule::default() })
    }

    /// Accepts tokens of an issuer, which is named by its address, exactly as the claim `iss` of its tokens has it.
    #[must_use]
    pub fn issuer(address: impl Into<String>) -> Self {
        TokenValidation::of(Rule { issuer: address.into(), ..Rule::default() })
    }

    fn of(rule: Rule) -> Self {
        TokenValidation { rules: vec![rule], resource: None, trusts_forwarded: false }
    }

    /// Accepts tokens for this audience, too. At least one is needed. With Entra ID: the client id of the app registration, and its
    /// Application ID URI.
    #[must_use]
    pub fn audience(self, audience: impl Into<String>) -> Self {
        self.with(|rule| rule.audiences.push(audience.into()))
    }

    /// Wants this scope in every token of a user, and tells clients to ask for it. Clients of Entra ID ask for scopes with the
    /// Application ID URI in front (`api://…/user_impersonation`), and tokens have them without. Both spellings mean the same here.
    #[must_use]
    pub fn scope(self, scope: impl Into<String>) -> Self {
        self.with(|rule| rule.scopes.push(scope.into()))
    }

    /// Accepts tokens of this client application (claim `azp` or `appid`). Default: of all.
    #[must_use]
    pub fn client(self, id: impl Into<String>) -> Self {
        self.with(|rule| rule.clients.push(id.into()))
    }

    /// Accepts tokens of this tenant (claim `tid`). Default: of all tenants that the issuer has.
    #[must_use]
    pub fn tenant(self, id: impl Into<String>) -> Self {
        self.with(|rule| rule.tenants.push(id.into()))
    }

    /// Accepts tokens of this user or app (claim `oid` or `sub`). Default: of all.
    #[must_use]
    pub fn identity(self, id: impl Into<String>) -> Self {
        self.with(|rule| rule.identities.push(id.into()))
    }

    /// Accepts what `other` accepts, too: another issuer, or other audiences and clients of the same one.
    #[must_use]
    pub fn or(mut self, other: TokenValidation) -> Self {
        self.rules.extend(other.rules);
        self.resource = self.resource.or(other.resource);
        self.trusts_forwarded |= other.trusts_forwarded;
        self
    }

    /// Sets the address by which the authorization server knows the protected resource (RFC 9728: `resource`). Default: the public
    /// address of the endpoint.
    #[must_use]
    pub fn resource(mut self, address: impl Into<String>) -> Self {
        self.resource = Some(address.into());
        self
    }

    /// Believes `X-Forwarded-Proto` and `X-Forwarded-Host`, which tell the public address of the server. Use it behind a proxy that
    /// replaces them. Default: they are ignored.
    #[must_use]
    pub fn trust_forwarded(mut self) -> Self {
        self.trusts_forwarded = true;
        self
    }

    /// Accepts tokens with the same scopes of another tenant instead, for other audiences: of a sign-in on a developer's machine. Clients,
    /// tenants and identities are those of the former issuer, so all of the new one are let in.
    #[doc(hidden)]
    #[must_use]
    pub fn moved_to(&self, authority: &str, tenant: &str, audiences: &[String]) -> Self {
        let moved = self.rules.iter().map(|rule| Rule {
            audiences: audiences.to_vec(),
            scopes: rule.scopes.iter().map(|scope| last_segment(scope).to_owned()).collect(),
            ..TokenValidation::entra_at(authority, tenant).rules.remove(0)
        });
        TokenValidation { rules: moved.collect(), resource: None, trusts_forwarded: false }
    }

    /// The scopes that tokens need, as tokens of Entra ID have them.
    #[doc(hidden)]
    pub fn scopes(&self) -> Vec<&str> {
        let mut scopes: Vec<_> =
            self.rules.iter().flat_map(|rule| &rule.scopes).map(|scope| last_segment(scope)).collect();
        scopes.sort_unstable();
        scopes.dedup();
        scopes
    }

    fn with(mut self, change: impl FnOnce(&mut Rule)) -> Self {
        if let Some(rule) = self.rules.last_mut() {
            change(rule);
        }
        self
    }

    /// The first mistake in the settings, with its mend. `None` if the settings are right.
    pub fn problem(&self) -> Option<String> {
        self.rules.iter().find_map(Rule::problem)
    }

    /// The scopes that clients are told to ask for, and `more`, in the spelling of requests.
    pub(super) fn requested_scopes(&self, more: &[&str]) -> Vec<String> {
        let mut scopes = Vec::new();
        for scope in self.rules.iter().flat_map(|rule| rule.requested_scopes(more)) {
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        scopes
    }
}

impl Rule {
    fn problem(&self) -> Option<String> {
        let Rule { issuer, entra, audiences, tenants, .. } = self;
        if let Some(why) = super::fetch::unsafe_address(issuer) {
            return Some(format!("the issuer `{issuer}` is not used: {why}"));
        }
        if audiences.iter().all(|audience| audience.trim().is_empty()) {
            return Some(format!(
                "tokens of `{issuer}` need an audience: without one, tokens for other servers would be accepted; name the client id or \
                 the Application ID URI"
            ));
        }
        let tenant = entra.as_ref().map(|entra| entra.tenant.as_str())?;
        if is_for_several(tenant) {
            return tenants.is_empty().then(|| {
                format!("`{tenant}` lets the users of all tenants in: name the tenants whose users may call")
            });
        }
        (!is_id(tenant)).then(|| {
            format!("`{tenant}` is no id of a tenant: tokens name tenants by their ids, such as 72f988bf-86f1-41af-91ab-2d7cd011db47")
        })
    }

    /// Whether the rule decides on tokens with these claims `iss` and `tid`.
    pub(super) fn is_for(&self, issuer: &str, tenant: Option<&str>) -> bool {
        let Some(Entra { authority, tenant: own }) = &self.entra else { return issuer == self.issuer };
        let Some(tenant) = tenant else { return false };
        let is_known =
            if is_for_several(own) { self.tenants.iter().any(|known| known == tenant) } else { own == tenant };
        // Which version of tokens an app gets is set in its registration; both are signed by the same keys.
        let is_first = authority == AUTHORITY && issuer == format!("https://sts.windows.net/{tenant}/");
        is_known && is_id(tenant) && (is_first || issuer == format!("{authority}/{tenant}/v2.0"))
    }

    /// The issuer that the metadata of the rule's issuer has to name.
    pub(super) fn issuer_in_metadata(&self) -> String {
        match &self.entra {
            Some(Entra { authority, tenant }) if is_for_several(tenant) => format!("{authority}/{{tenantid}}/v2.0"),
            _ => self.issuer.clone(),
        }
    }

    /// The name of the issuer in the identity of a caller: `aad` for Entra ID, as the platform spells it.
    pub(super) fn provider(&self) -> &str {
        if self.entra.is_some() { "aad" } else { &self.issuer }
    }

    /// The scopes as tokens have them.
    pub(super) fn scopes_in_tokens(&self) -> impl Iterator<Item = &str> {
        self.scopes.iter().map(|scope| match &self.entra {
            Some(_) => last_segment(scope),
            None => scope,
        })
    }

    /// The scopes as clients ask for them.
    pub(super) fn requested_scopes<'a>(&'a self, more: &'a [&'a str]) -> impl Iterator<Item = String> + 'a {
        let uri = self.audiences.iter().find(|audience| audience.contains("://"));
        self.scopes.iter().map(String::as_str).chain(more.iter().copied()).map(move |scope| match uri {
            Some(uri) if self.entra.is_some() && !scope.contains('/') => format!("{uri}/{scope}"),
            _ => scope.to_owned(),
        })
    }
}

/// A scope without the address of its server.
fn last_segment(scope: &str) -> &str {
    scope.rsplit('/').next().unwrap_or(scope)
}

/// Whether the name of a tenant stands for several tenants.
fn is_for_several(tenant: &str) -> bool {
    ["organizations", "common"].contains(&tenant)
}

pub(super) fn is_id(tenant: &str) -> bool {
    tenant.len() == 36 && tenant.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";

    #[test]
    fn mistakes_are_told() {
        let problem = |validation: TokenValidation| validation.problem().unwrap_or_default();
        assert!(problem(TokenValidation::entra(TENANT)).contains("audience"));
        assert!(problem(TokenValidation::entra("contoso.com").audience("a")).contains("id of a tenant"));
        assert!(problem(TokenValidation::entra("organizations").audience("a")).contains("tenants"));
        for address in ["http://login.example", "login.example", "ftp://127.0.0.1", "https://a@login.example", ""] {
            assert!(problem(TokenValidation::issuer(address).audience("a")).contains("not used"), "{address}");
        }
        let fine = TokenValidation::entra("organizations").audience("a").tenant(TENANT);
        assert_eq!(fine.or(TokenValidation::issuer("http://127.0.0.1:1/x").audience("b")).problem(), None);
    }

    #[test]
    fn entra_issues_two_versions_of_tokens() {
        let rule = TokenValidation::entra(TENANT).audience("a").rules.remove(0);
        let other = "72f988bf-86f1-41af-91ab-000000000000";
        for (issuer, tenant, is_for) in [
            (format!("https://login.microsoftonline.com/{TENANT}/v2.0"), Some(TENANT), true),
            (format!("https://sts.windows.net/{TENANT}/"), Some(TENANT), true),
            (format!("https://sts.windows.net/{TENANT}"), Some(TENANT), false),
            (format!("https://sts.windows.net/{TENANT}/"), None, false),
            (format!("https://login.microsoftonline.com/{other}/v2.0"), Some(other), false),
            (format!("https://login.microsoftonline.com/{TENANT}/v2.0"), Some(other), false),
        ] {
            assert_eq!(rule.is_for(&issuer, tenant), is_for, "{issuer} {tenant:?}");
        }
        let several = TokenValidation::entra("common").audience("a").tenant(TENANT).rules.remove(0);
        assert!(several.is_for(&format!("https://login.microsoftonline.com/{TENANT}/v2.0"), Some(TENANT)));
        assert!(!several.is_for(&format!("https://login.microsoftonline.com/{other}/v2.0"), Some(other)));
        assert!(!several.is_for("https://login.microsoftonline.com/common/v2.0", Some("common")));
    }

    #[test]
    fn another_tenant_keeps_the_scopes_only() {
        let here =
            TokenValidation::entra(TENANT).audience("api://id").scope("api://id/notes").client("c").tenant(TENANT);
        let both = here.or(TokenValidation::issuer("https://login.example").audience("x").scope("more").identity("i"));
        assert_eq!(both.scopes(), ["more", "notes"]);
        let audiences = ["http://127.0.0.1:1".to_owned()];
        let one = |scope: &str| {
            TokenValidation::entra_at("http://127.0.0.1:1/x", TENANT).audience(&audiences[0]).scope(scope)
        };
        let moved =
            both.resource("https://app.example").trust_forwarded().moved_to("http://127.0.0.1:1/x", TENANT, &audiences);
        assert_eq!(moved, one("notes").or(one("more")));
        assert_eq!(moved.problem(), None);
    }

    #[test]
    fn scopes_have_two_spellings() {
        let rule = |scope: &str| {
            TokenValidation::entra(TENANT).audience("id").audience("api://id").scope(scope).rules.remove(0)
        };
        for scope in ["notes", "api://id/notes"] {
            let rule = rule(scope);
            assert_eq!(rule.requested_scopes(&["more"]).collect::<Vec<_>>(), ["api://id/notes", "api://id/more"]);
            assert_eq!(rule.scopes_in_tokens().collect::<Vec<_>>(), ["notes"]);
        }
    }
}
