//! Access to a storage account with the identity of the app: addresses, and tokens from the credentials of the Azure SDK.

use crate::http::is_loopback_host;
use crate::storage::StorageError;
use crate::storage::connection::Identity;
use azure_core::credentials::TokenCredential;
use azure_core::http::policies::{Policy, PolicyResult};
use azure_core::http::{Context, Request, Url};
use azure_identity::{
    DeveloperToolsCredential, ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId,
    WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};
use std::env;
use std::fmt;
use std::sync::Arc;

/// The scope of the tokens: Azure Storage.
const SCOPE: &str = "https://storage.azure.com/.default";

impl Identity {
    /// The addresses of the blob service and the queue service. `None` if the settings name no address for the service.
    ///
    /// # Errors
    ///
    /// If a setting is not an `https://` address, and not an `http://` address of this machine.
    pub(super) fn endpoints(&self) -> Result<[Option<Url>; 2], StorageError> {
        let of_account = |service: &str| {
            let account = self.account.as_deref()?;
            Some(format!("https://{account}.{service}.core.windows.net"))
        };
        let endpoint = |given: &Option<String>, service: &str| {
            given.clone().or_else(|| of_account(service)).map(|address| endpoint(&address)).transpose()
        };
        Ok([endpoint(&self.blob_service, "blob")?, endpoint(&self.queue_service, "queue")?])
    }

    /// The credential that gets tokens for the identity: in Azure the managed identity of the app, in Kubernetes the identity of
    /// the workload, on a developer's machine the account that is signed in there.
    ///
    /// # Errors
    ///
    /// If `__credential` has an unknown value, or the SDK cannot make the credential.
    pub(super) fn credential(&self) -> Result<Arc<dyn TokenCredential>, StorageError> {
        let is_managed = match self.credential.as_deref() {
            None => env::var_os("IDENTITY_ENDPOINT").is_some(),
            Some(credential) if credential.eq_ignore_ascii_case("managedidentity") => true,
            Some(other) => {
                return Err(StorageError::new(format!(
                    "`__credential` is `{other}`, which is not supported: set it to `managedidentity`, or remove the setting"
                )));
            }
        };
        let credential: azure_core::Result<Arc<dyn TokenCredential>> = if is_managed {
            let client = self.client_id.clone().map(UserAssignedId::ClientId);
            let user_assigned_id = client.or_else(|| self.resource_id.clone().map(UserAssignedId::ResourceId));
            let client_options = super::client_options(None);
            let options = ManagedIdentityCredentialOptions { user_assigned_id, client_options };
            ManagedIdentityCredential::new(Some(options)).map(|credential| credential as _)
        } else if env::var_os("AZURE_FEDERATED_TOKEN_FILE").is_some() {
            let options = WorkloadIdentityCredentialOptions { client_id: self.client_id.clone(), ..Default::default() };
            WorkloadIdentityCredential::new(Some(options)).map(|credential| credential as _)
        } else {
            DeveloperToolsCredential::new(None).map(|credential| credential as _)
        };
        credential.map_err(|error| StorageError::new(error.to_string()))
    }
}

fn endpoint(address: &str) -> Result<Url, StorageError> {
    let wrong = |why: &str| StorageError::new(format!("`{address}` is not the address of a storage service: {why}"));
    let mut url = Url::parse(address).map_err(|error| wrong(&error.to_string()))?;
    if url.scheme() != "https" && !is_loopback(&url) {
        return Err(wrong(
            "the address must begin with https://, because requests to it carry the token of the identity",
        ));
    }
    // The clients of the SDK append a slash and names to the path.
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// Whether an address is that of a service on this machine without TLS (`http://`).
pub(super) fn is_loopback(url: &Url) -> bool {
    url.scheme() == "http" && url.host_str().is_some_and(is_loopback_host)
}

/// The policy that adds a token to requests to this machine.
pub(super) struct LoopbackToken(pub(super) Arc<dyn TokenCredential>);

impl fmt::Debug for LoopbackToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoopbackToken")
    }
}

#[async_trait::async_trait]
impl Policy for LoopbackToken {
    async fn send(&self, context: &Context, request: &mut Request, next: &[Arc<dyn Policy>]) -> PolicyResult {
        let token = self.0.get_token(&[SCOPE], None).await?;
        request.insert_header("authorization", format!("Bearer {}", token.token.secret()));
        match next.split_first() {
            Some((policy, rest)) => policy.send(context, request, rest).await,
            None => {
                Err(azure_core::Error::with_message(azure_core::error::ErrorKind::Other, "no policy sends the request"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoints(identity: Identity) -> Result<[Option<String>; 2], String> {
        let endpoints = identity.endpoints().map_err(|error| error.to_string())?;
        Ok(endpoints.map(|endpoint| endpoint.map(String::from)))
    }

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn an_account_has_its_usual_addresses_unless_others_are_set() {
        let account = Identity { account: text("acct"), ..Identity::default() };
        let usual = [text("https://acct.blob.core.windows.net/"), text("https://acct.queue.core.windows.net/")];
        assert_eq!(endpoints(account.clone()).unwrap(), usual);
        let other = Identity { queue_service: text("http://127.0.0.1:1/q/"), ..account };
        assert_eq!(endpoints(other).unwrap()[1], text("http://127.0.0.1:1/q"));
        let blobs = Identity { blob_service: text("https://a.example"), ..Identity::default() };
        assert_eq!(endpoints(blobs).unwrap(), [text("https://a.example/"), None]);
    }

    #[test]
    fn a_token_is_sent_to_nobody_in_between() {
        for address in ["http://acct.blob.core.windows.net", "http://localhost.example", "ftp://127.0.0.1", "acct"] {
            let identity = Identity { blob_service: text(address), ..Identity::default() };
            let error = endpoints(identity).unwrap_err();
            assert!(error.contains(address), "{error}");
        }
        for address in ["http://localhost:1", "http://[::1]:1", "http://127.0.0.1:1", "https://a.example"] {
            assert!(endpoint(address).is_ok(), "{address}");
        }
    }

    #[test]
    fn a_credential_that_is_not_known_is_told() {
        let identity = Identity { credential: text("password"), ..Identity::default() };
        let error = identity.credential().err().unwrap().to_string();
        assert!(error.contains("`password`") && error.contains("`managedidentity`"), "{error}");
    }
}
