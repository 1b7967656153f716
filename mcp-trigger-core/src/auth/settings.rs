//! The accepted tokens from app settings: the names of App Service authentication, and names of this project where it has none.

use super::policy::TokenValidation;

pub(super) const ISSUER: &str = "WEBSITE_AUTH_OPENID_ISSUER";
pub(super) const CLIENT_ID: &str = "WEBSITE_AUTH_CLIENT_ID";
const SCOPES: &str = "WEBSITE_AUTH_PRM_DEFAULT_WITH_SCOPES";
const TENANTS: &str = "WEBSITE_AUTH_AAD_ALLOWED_TENANTS";
const AUDIENCES: &str = "MCP_TRIGGER_AUTH_AUDIENCES";
const CLIENTS: &str = "MCP_TRIGGER_AUTH_CLIENTS";
const IDENTITIES: &str = "MCP_TRIGGER_AUTH_IDENTITIES";
const RESOURCE: &str = "MCP_TRIGGER_AUTH_RESOURCE";
const TRUST_FORWARDED: &str = "MCP_TRIGGER_AUTH_TRUST_FORWARDED";

impl TokenValidation {
    /// Reads the accepted tokens from app settings; `setting` gives the value of a name. Lists are separated by commas.
    ///
    /// | setting | meaning |
    /// |---|---|
    /// | `WEBSITE_AUTH_OPENID_ISSUER` | the issuer, such as `https://login.microsoftonline.com/<tenant id>/v2.0` |
    /// | `WEBSITE_AUTH_CLIENT_ID` | the app registration: its id and `api://<id>` are audiences |
    /// | `MCP_TRIGGER_AUTH_AUDIENCES` | further audiences |
    /// | `WEBSITE_AUTH_PRM_DEFAULT_WITH_SCOPES` | the scopes that clients ask for and tokens need |
    /// | `WEBSITE_AUTH_AAD_ALLOWED_TENANTS` | the tenants whose tokens are accepted |
    /// | `MCP_TRIGGER_AUTH_CLIENTS` | the client applications whose tokens are accepted |
    /// | `MCP_TRIGGER_AUTH_IDENTITIES` | the users and apps whose tokens are accepted |
    /// | `MCP_TRIGGER_AUTH_RESOURCE` | the address by which the authorization server knows the server |
    /// | `MCP_TRIGGER_AUTH_TRUST_FORWARDED` | `true` believes `X-Forwarded-Proto` and `X-Forwarded-Host` |
    ///
    /// # Errors
    ///
    /// If a setting is missing or wrong. The message names the setting.
    pub fn from_settings(setting: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let value = |name| value(setting, name);
        let list = |name| list(setting, name);
        let issuer = issuer(setting)?;
        let mut validation = match entra_tenant(&issuer) {
            Some((authority, tenant)) => TokenValidation::entra_at(authority, tenant),
            None => TokenValidation::issuer(issuer),
        };
        if let Some(id) = value(CLIENT_ID) {
            validation = validation.audience(&id).audience(format!("api://{id}"));
        }
        validation = list(AUDIENCES).into_iter().fold(validation, TokenValidation::audience);
        if validation.rules.iter().all(|rule| rule.audiences.is_empty()) {
            return Err(format!(
                "neither {CLIENT_ID} nor {AUDIENCES} is set: one of them names whom the tokens are meant for; without it, tokens for \
                 other servers would be accepted"
            ));
        }
        validation = validation.scopes_in(setting);
        validation = list(TENANTS).into_iter().fold(validation, TokenValidation::tenant);
        validation = list(CLIENTS).into_iter().fold(validation, TokenValidation::client);
        validation = list(IDENTITIES).into_iter().fold(validation, TokenValidation::identity);
        if let Some(resource) = value(RESOURCE) {
            validation = validation.resource(resource);
        }
        match value(TRUST_FORWARDED).as_deref() {
            None | Some("false" | "0") => {}
            Some("true" | "1") => validation = validation.trust_forwarded(),
            Some(other) => return Err(format!("{TRUST_FORWARDED} is `{other}`: set it to `true` or `false`")),
        }
        validation.problem().map_or(Ok(validation), Err)
    }

    /// Wants the scopes in every token of a user that the app settings name.
    #[doc(hidden)]
    #[must_use]
    pub fn scopes_in(self, setting: &dyn Fn(&str) -> Option<String>) -> Self {
        list(setting, SCOPES).into_iter().fold(self, TokenValidation::scope)
    }
}

/// The value of a setting, if it has one.
pub(super) fn value(setting: &dyn Fn(&str) -> Option<String>, name: &str) -> Option<String> {
    setting(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// The address of the issuer in the settings.
///
/// # Errors
///
/// If the setting is missing.
pub(super) fn issuer(setting: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    value(setting, ISSUER).ok_or_else(|| {
        format!("{ISSUER} is not set: it names who issues the tokens, such as https://login.microsoftonline.com/<tenant id>/v2.0")
    })
}

/// The entries of a setting.
fn list(setting: &dyn Fn(&str) -> Option<String>, name: &str) -> Vec<String> {
    let value = setting(name).unwrap_or_default();
    value.split(',').map(|entry| entry.trim().to_owned()).filter(|entry| !entry.is_empty()).collect()
}

/// The authority and the tenant in the address of an issuer, if that is Entra ID.
fn entra_tenant(issuer: &str) -> Option<(&str, &str)> {
    let (authority, tenant) = authority_and_tenant(issuer)?;
    let name = authority.strip_prefix("https://login.")?;
    let is_entra = ["microsoftonline.com", "microsoftonline.us", "partner.microsoftonline.cn"].contains(&name);
    is_entra.then_some((authority, tenant))
}

/// The authority and the tenant in the address of an issuer, if that has the form of Entra ID's.
pub(super) fn authority_and_tenant(issuer: &str) -> Option<(&str, &str)> {
    if let Some(tenant) = issuer.strip_prefix("https://sts.windows.net/") {
        return Some(("https://login.microsoftonline.com", tenant.trim_end_matches('/')));
    }
    issuer.trim_end_matches('/').strip_suffix("/v2.0")?.rsplit_once('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";

    fn of(settings: &[(&str, &str)]) -> Result<TokenValidation, String> {
        let owned: Vec<_> = settings.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        TokenValidation::from_settings(&move |name| {
            owned.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
        })
    }

    #[test]
    fn the_names_of_app_service_are_read() {
        let issuer = format!("https://login.microsoftonline.com/{TENANT}/v2.0");
        let read =
            of(&[(ISSUER, &issuer), (CLIENT_ID, "id"), (SCOPES, "api://id/a, api://id/b"), (CLIENTS, "c")]).unwrap();
        let said =
            TokenValidation::entra(TENANT).audience("id").audience("api://id").scope("api://id/a").scope("api://id/b");
        assert_eq!(read, said.client("c"));
        let first = of(&[(ISSUER, &format!("https://sts.windows.net/{TENANT}/")), (AUDIENCES, "x")]).unwrap();
        assert_eq!(first, TokenValidation::entra(TENANT).audience("x"));
        let other = of(&[(ISSUER, "https://login.example/"), (AUDIENCES, "x"), (TRUST_FORWARDED, "true")]).unwrap();
        assert_eq!(other, TokenValidation::issuer("https://login.example/").audience("x").trust_forwarded());
    }

    #[test]
    fn what_is_missing_is_named() {
        assert!(of(&[]).unwrap_err().starts_with(ISSUER));
        let message = of(&[(ISSUER, "https://login.example")]).unwrap_err();
        assert!(message.contains(CLIENT_ID) && message.contains(AUDIENCES), "{message}");
        let wrong = of(&[(ISSUER, "https://login.example"), (AUDIENCES, "x"), (TRUST_FORWARDED, "yes")]).unwrap_err();
        assert!(wrong.contains("`yes`"), "{wrong}");
    }
}
