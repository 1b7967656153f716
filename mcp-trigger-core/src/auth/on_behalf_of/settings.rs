//! [`OnBehalfOf`] from the app settings of App Service authentication.

use super::OnBehalfOf;
use super::credential::{Certificate, ClientCredential};
use crate::auth::fetch;
use crate::auth::remembered::Remembered;
use crate::auth::settings::{self, CLIENT_ID, ISSUER};
use std::path::Path;

const SECRET: &str = "MICROSOFT_PROVIDER_AUTHENTICATION_SECRET";
const IDENTITY: &str = "OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID";
const CERTIFICATE: &str = "MCP_TRIGGER_AUTH_CERTIFICATE";
const WORKLOAD: &str = "AZURE_FEDERATED_TOKEN_FILE";

impl OnBehalfOf {
    /// Reads the app registration and its credential from app settings; `setting` gives the value of a name.
    ///
    /// | setting | meaning |
    /// |---|---|
    /// | `WEBSITE_AUTH_OPENID_ISSUER` | the issuer, such as `https://login.microsoftonline.com/<tenant id>/v2.0` |
    /// | `WEBSITE_AUTH_CLIENT_ID` | the client id of the app registration |
    /// | `OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID` | the client id of the managed identity that the app registration trusts |
    /// | `MICROSOFT_PROVIDER_AUTHENTICATION_SECRET` | or a secret of the app registration |
    /// | `MCP_TRIGGER_AUTH_CERTIFICATE` | or the path of a file with a private key and its certificate, in PEM |
    /// | `AZURE_FEDERATED_TOKEN_FILE` | or, in Kubernetes, the file with the token of the workload |
    ///
    /// The first of the four that is set counts.
    ///
    /// # Errors
    ///
    /// If a setting is missing or wrong. The message names the setting.
    pub fn from_settings(setting: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let value = |name| settings::value(setting, name);
        let issuer = settings::issuer(setting)?;
        let (authority, tenant) = entra(&issuer)?;
        let client_id = value(CLIENT_ID).ok_or_else(|| {
            format!("{CLIENT_ID} is not set: it is the client id of the app registration that callers sign in to")
        })?;
        let credential = if let Some(identity) = value(IDENTITY) {
            ClientCredential::managed_identity(identity).map_err(|error| format!("{IDENTITY}: {error}"))?
        } else if let Some(secret) = value(SECRET) {
            ClientCredential::Secret(secret)
        } else if let Some(file) = value(CERTIFICATE) {
            let certificate = Certificate::read(Path::new(&file));
            ClientCredential::Certificate(certificate.map_err(|why| format!("{CERTIFICATE}: {file}: {why}"))?)
        } else if let Some(file) = value(WORKLOAD) {
            ClientCredential::Workload(file.into())
        } else {
            return Err(format!(
                "the app has no credential at Entra ID: set {IDENTITY} to the client id of a managed identity that the app registration \
                 trusts, or set {SECRET} or {CERTIFICATE}"
            ));
        };
        let (client, remembered) = (fetch::client(authority.starts_with("http:"))?, Remembered::default());
        Ok(OnBehalfOf { authority, tenant, client_id, credential, client, remembered })
    }
}

/// The authority and the tenant in the address of an issuer of Entra ID.
fn entra(issuer: &str) -> Result<(String, String), String> {
    if let Some(why) = fetch::unsafe_address(issuer) {
        return Err(format!("{ISSUER} is `{issuer}`: {why}"));
    }
    let (authority, tenant) = settings::authority_and_tenant(issuer)
        .ok_or_else(|| format!("{ISSUER} is `{issuer}`: only Entra ID gives tokens in the name of a caller here"))?;
    Ok((authority.to_owned(), tenant.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRA: (&str, &str) = (ISSUER, "https://login.microsoftonline.com/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0");

    fn problem(settings: &[(&str, &str)]) -> String {
        let setting =
            |name: &str| settings.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        OnBehalfOf::from_settings(&setting).map(|found| format!("{found:?}")).unwrap_or_else(|problem| problem)
    }

    #[test]
    fn mistakes_are_told() {
        assert!(problem(&[]).starts_with(ISSUER));
        assert!(problem(&[(ISSUER, "https://accounts.google.com")]).contains("only Entra ID"));
        assert!(problem(&[(ISSUER, "http://login.example/x/v2.0")]).contains("https://"));
        assert!(problem(&[ENTRA]).starts_with(CLIENT_ID));
        let none = problem(&[ENTRA, (CLIENT_ID, "app")]);
        assert!(none.contains(IDENTITY) && none.contains(SECRET) && none.contains(CERTIFICATE), "{none}");
        assert!(
            problem(&[ENTRA, (CLIENT_ID, "app"), (CERTIFICATE, "no-such-file.pem")]).contains("no-such-file.pem: ")
        );
        let right = problem(&[ENTRA, (CLIENT_ID, "app"), (SECRET, "s3cret")]);
        assert!(right.starts_with("OnBehalfOf") && !right.contains("s3cret"), "{right}");
    }

    #[test]
    fn both_issuers_of_entra_id_have_one_authority() {
        let (authority, tenant) = entra("https://sts.windows.net/72f9/").unwrap();
        assert_eq!((&*authority, &*tenant), ("https://login.microsoftonline.com", "72f9"));
        assert_eq!(entra("https://login.microsoftonline.us/72f9/v2.0").unwrap().0, "https://login.microsoftonline.us");
    }
}
