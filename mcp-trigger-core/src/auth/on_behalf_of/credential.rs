//! The credentials of an app at Entra ID: a secret, a certificate, or an assertion of its managed identity or workload.

use super::OnBehalfOfError;
use crate::ids;
use azure_core::credentials::TokenCredential;
use azure_identity::{ManagedIdentityCredential, ManagedIdentityCredentialOptions, UserAssignedId};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::timeout;

/// A credential of the app.
pub(super) enum ClientCredential {
    Secret(String),
    Certificate(Certificate),
    /// A managed identity that the app registration trusts (a federated credential).
    ManagedIdentity(Arc<dyn TokenCredential>),
    /// The file with the token of a workload, in Kubernetes.
    Workload(PathBuf),
}

/// A certificate with its private key.
pub(super) struct Certificate {
    key: EncodingKey,
    /// The SHA-256 of the certificate, as `x5t#S256` has it.
    thumbprint: String,
}

/// How long an assertion of the app is good.
const LIFETIME: Duration = Duration::from_secs(5 * 60);
/// How long the platform may take for a token of the managed identity.
const TIMEOUT: Duration = Duration::from_secs(10);
const JWT: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

impl ClientCredential {
    /// The credential of a managed identity.
    ///
    /// # Errors
    ///
    /// If the SDK cannot make it.
    pub(super) fn managed_identity(client_id: String) -> Result<Self, String> {
        let options = ManagedIdentityCredentialOptions {
            user_assigned_id: Some(UserAssignedId::ClientId(client_id)),
            ..ManagedIdentityCredentialOptions::default()
        };
        let credential = ManagedIdentityCredential::new(Some(options)).map_err(|error| error.to_string())?;
        Ok(ClientCredential::ManagedIdentity(credential))
    }

    /// The parameters of a token request that show who asks.
    ///
    /// # Errors
    ///
    /// If there is no assertion.
    pub(super) async fn parameters(
        &self,
        client_id: &str,
        authority: &str,
        audience: &str,
    ) -> Result<Vec<(&'static str, String)>, OnBehalfOfError> {
        let failed = |what: &str, why: String| OnBehalfOfError::not_configured(format!("{what}: {why}"));
        let assertion = match self {
            ClientCredential::Secret(secret) => return Ok(vec![("client_secret", secret.clone())]),
            ClientCredential::Certificate(certificate) => certificate
                .assertion(client_id, audience)
                .map_err(|error| failed("the certificate cannot sign", error.to_string()))?,
            ClientCredential::ManagedIdentity(identity) => {
                const WHAT: &str = "the managed identity has no token";
                let scopes = [exchange_of(authority)];
                let token = timeout(TIMEOUT, identity.get_token(&scopes, None)).await;
                let token = token.map_err(|late| failed(WHAT, late.to_string()))?;
                let token = token.map_err(|error| failed(WHAT, error.to_string()))?;
                token.token.secret().to_owned()
            }
            ClientCredential::Workload(file) => {
                let token = tokio::fs::read_to_string(file).await;
                let token = token.map_err(|error| failed(&file.display().to_string(), error.to_string()))?;
                token.trim().to_owned()
            }
        };
        Ok(vec![("client_assertion_type", JWT.to_owned()), ("client_assertion", assertion)])
    }
}

/// The scope of the assertions of managed identities, which each cloud names in its own way.
fn exchange_of(authority: &str) -> &'static str {
    match authority {
        "https://login.microsoftonline.us" => "api://AzureADTokenExchangeUSGov/.default",
        "https://login.partner.microsoftonline.cn" => "api://AzureADTokenExchangeChina/.default",
        _ => "api://AzureADTokenExchange/.default",
    }
}

impl Certificate {
    /// Reads a file with the private key (RSA) and the certificate, both in PEM.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or lacks one of them.
    pub(super) fn read(file: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
        let certificate = block(&text, "CERTIFICATE").ok_or("it has no `-----BEGIN CERTIFICATE-----`")?;
        let content: String = certificate.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
        let der = BASE64_STANDARD.decode(content).map_err(|error| format!("its certificate is not PEM: {error}"))?;
        let key = ["PRIVATE KEY", "RSA PRIVATE KEY"].into_iter().find_map(|kind| block(&text, kind));
        let key = key.ok_or("it has no `-----BEGIN PRIVATE KEY-----`")?;
        let key = EncodingKey::from_rsa_pem(key.as_bytes()).map_err(|error| format!("its private key: {error}"))?;
        Ok(Certificate { key, thumbprint: BASE64_URL_SAFE_NO_PAD.encode(hmac_sha256::Hash::hash(&der)) })
    }

    /// A token that shows that the app has the key (RFC 7523, section 3).
    fn assertion(&self, client_id: &str, audience: &str) -> jsonwebtoken::errors::Result<String> {
        let header = Header { x5t_s256: Some(self.thumbprint.clone()), ..Header::new(Algorithm::PS256) };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let claims = json!({
            "aud": audience, "iss": client_id, "sub": client_id, "jti": ids::guid(),
            "nbf": now.as_secs(), "exp": (now + LIFETIME).as_secs()
        });
        jsonwebtoken::encode(&header, &claims, &self.key)
    }
}

/// A block of a PEM file, with its first and last line.
fn block<'a>(text: &'a str, kind: &str) -> Option<&'a str> {
    let (begin, end) = (format!("-----BEGIN {kind}-----"), format!("-----END {kind}-----"));
    let from = text.find(&begin)?;
    let length = text[from..].find(&end)? + end.len();
    text.get(from..from + length)
}
