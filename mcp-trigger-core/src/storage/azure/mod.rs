//! [`Azure`]: blobs and messages in a storage account.

mod connection_string;
mod identity;
mod shared_key;

use super::connection::{Account, Identity};
use super::{BlobPath, QueueName, Storage, StorageError};
use azure_core::base64;
use azure_core::credentials::TokenCredential;
use azure_core::http::policies::Policy;
use azure_core::http::{ClientOptions, ExponentialRetryOptions, RequestContent, RetryOptions, StatusCode, Url};
use azure_storage_blob::{BlobServiceClient, BlobServiceClientOptions};
use azure_storage_queue::models::QueueMessage;
use azure_storage_queue::{QueueServiceClient, QueueServiceClientOptions};
use bytes::Bytes;
use connection_string::{ConnectionString, Credential};
use identity::{LoopbackToken, is_loopback};
use shared_key::SharedKey;
use std::error::Error as _;
use std::sync::Arc;

/// The blobs and queues of a storage account, or of the emulator [Azurite](https://github.com/Azure/Azurite). Uses the clients of
/// the Azure SDK.
///
/// ```
/// # fn main() -> Result<(), mcp_trigger_core::storage::StorageError> {
/// use mcp_trigger_core::storage::Azure;
///
/// let azurite = Azure::from_connection_string("UseDevelopmentStorage=true")?;
/// # Ok(())
/// # }
/// ```
pub struct Azure {
    blobs: Option<BlobServiceClient>,
    queues: Option<QueueServiceClient>,
    /// The advice in the error if the account refuses access.
    advice: &'static str,
}

impl Azure {
    /// Opens the account of a connection string, as the Azure portal shows it: with an account key or a shared access signature.
    /// `UseDevelopmentStorage=true` names Azurite on this machine. No request is sent.
    ///
    /// # Errors
    ///
    /// If `text` is not the connection string of a storage account.
    pub fn from_connection_string(text: &str) -> Result<Self, StorageError> {
        let ConnectionString { blob_endpoint, queue_endpoint, credential } = ConnectionString::parse(text)?;
        let access = match credential {
            Credential::Key { account, key } => ServiceAccess::Policy(Arc::new(SharedKey::new(account, key))),
            Credential::Signature => ServiceAccess::InAddress,
        };
        let advice = "the key or signature in the connection string does not allow this request: copy the string again \
                      from the account's \"Access keys\"";
        Azure::new([Some(blob_endpoint), Some(queue_endpoint)], &access, advice)
    }

    /// Opens the account that app settings name for a connection such as `AzureWebJobsStorage`: by a connection string, or with the
    /// identity of the app (`AzureWebJobsStorage__accountName`, `__blobServiceUri`, `__credential`, `__clientId`), as bindings do.
    /// `setting` gives the value of an app setting. No request is sent.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), mcp_trigger_core::storage::StorageError> {
    /// use mcp_trigger_core::storage::Azure;
    ///
    /// let account = Azure::from_settings("AzureWebJobsStorage", &|name| std::env::var(name).ok())?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If no setting names an account, or a setting is invalid. The message names the setting.
    pub fn from_settings(connection: &str, setting: &dyn Fn(&str) -> Option<String>) -> Result<Self, StorageError> {
        Account::required(connection, setting)?.azure()
    }

    /// Opens the account that the app's settings name, with the identity of the app. No request is sent.
    ///
    /// # Errors
    ///
    /// If a setting is invalid, or the SDK cannot make the credential.
    pub(in crate::storage) fn from_identity(identity: &Identity) -> Result<Self, StorageError> {
        let endpoints = identity.endpoints()?;
        let access = ServiceAccess::Token(identity.credential()?);
        let advice = "the identity lacks permission: give it the roles Storage Blob Data Contributor and Storage Queue Data \
                      Contributor for the account";
        Azure::new(endpoints, &access, advice)
    }

    /// Makes the clients of the blob service and the queue service at two addresses.
    fn new(
        [blob_endpoint, queue_endpoint]: [Option<Url>; 2],
        access: &ServiceAccess,
        advice: &'static str,
    ) -> Result<Self, StorageError> {
        let failed = |error: azure_core::Error| StorageError::new(error.to_string());
        let blobs = blob_endpoint.map(|endpoint| {
            let (credential, client_options) = access.of(&endpoint);
            let options = BlobServiceClientOptions { client_options, ..Default::default() };
            BlobServiceClient::new(endpoint, credential, Some(options))
        });
        let queues = queue_endpoint.map(|endpoint| {
            let (credential, client_options) = access.of(&endpoint);
            let options = QueueServiceClientOptions { client_options, ..Default::default() };
            QueueServiceClient::new(endpoint, credential, Some(options))
        });
        let (blobs, queues) = (blobs.transpose().map_err(failed)?, queues.transpose().map_err(failed)?);
        Ok(Azure { blobs, queues, advice })
    }

    fn blobs(&self) -> Result<&BlobServiceClient, StorageError> {
        self.blobs.as_ref().ok_or_else(|| no_service("blobs", "blobServiceUri"))
    }

    fn queues(&self) -> Result<&QueueServiceClient, StorageError> {
        self.queues.as_ref().ok_or_else(|| no_service("queues", "queueServiceUri"))
    }
}

fn no_service(of: &str, member: &str) -> StorageError {
    StorageError::new(format!(
        "the settings of the connection name no address for {of}: set its `__{member}`, or `__accountName`"
    ))
}

/// The way in which requests are authorized.
enum ServiceAccess {
    /// By a signature in the addresses.
    InAddress,
    /// By a header that a policy adds to each request.
    Policy(Arc<dyn Policy>),
    /// By a token of an identity.
    Token(Arc<dyn TokenCredential>),
}

impl ServiceAccess {
    /// The credential and the options for the client of a service.
    fn of(&self, endpoint: &Url) -> (Option<Arc<dyn TokenCredential>>, ClientOptions) {
        let (credential, policy) = match self {
            ServiceAccess::InAddress => (None, None),
            ServiceAccess::Policy(policy) => (None, Some(Arc::clone(policy))),
            // The SDK never sends a token without TLS, not even to this machine.
            ServiceAccess::Token(credential) if is_loopback(endpoint) => {
                (None, Some(Arc::new(LoopbackToken(Arc::clone(credential))) as _))
            }
            ServiceAccess::Token(credential) => (Some(Arc::clone(credential)), None),
        };
        (credential, client_options(policy))
    }
}

fn client_options(policy: Option<Arc<dyn Policy>>) -> ClientOptions {
    ClientOptions {
        per_try_policies: policy.into_iter().collect(),
        // A call waits for the request: after some seconds, an error is better than another try.
        retry: RetryOptions::exponential(ExponentialRetryOptions { max_retries: 2, ..Default::default() }),
        ..ClientOptions::default()
    }
}

/// Refuses the name of a blob with a tab or a line break. URLs have no such characters, and the parser of URLs removes them, so the
/// request would name another blob.
fn check(path: &BlobPath) -> Result<(), StorageError> {
    if !path.blob().contains(['\t', '\n', '\r']) {
        return Ok(());
    }
    let name = path.blob().escape_debug();
    Err(StorageError::new(format!(
        "the blob `{name}` has a tab or a line break in its name, which a URL cannot carry: use a name without one"
    )))
}

async fn upload(blobs: &BlobServiceClient, path: &BlobPath, content: Bytes) -> azure_core::Result<()> {
    let blob = blobs.blob_client(path.container(), path.blob());
    blob.upload(RequestContent::from(content.to_vec()), None).await.map(drop)
}

async fn send(queues: &QueueServiceClient, queue: &QueueName, text: String) -> azure_core::Result<()> {
    let message = QueueMessage { message_text: Some(text) };
    queues.queue_client(queue.as_str())?.send_message(message.try_into()?, None).await.map(drop)
}

#[async_trait::async_trait]
impl Storage for Azure {
    async fn read_blob(&self, path: &BlobPath) -> Result<Option<Bytes>, StorageError> {
        check(path)?;
        let blobs = self.blobs()?;
        let blob = blobs.blob_client(path.container(), path.blob());
        let content = async { blob.download(None).await?.body.collect().await };
        match content.await {
            Ok(content) => Ok(Some(content)),
            Err(error) if is(&error, StatusCode::NotFound) => Ok(None),
            Err(error) => Err(self.explain(&format!("the blob {path} cannot be read"), blobs.url(), &error)),
        }
    }

    async fn write_blob(&self, path: &BlobPath, content: Bytes) -> Result<(), StorageError> {
        check(path)?;
        let blobs = self.blobs()?;
        let written = match upload(blobs, path, content.clone()).await {
            Err(error) if is(&error, StatusCode::NotFound) => {
                let created = blobs.blob_container_client(path.container()).create(None).await;
                match created {
                    Err(error) if !is(&error, StatusCode::Conflict) => Err(error),
                    _ => upload(blobs, path, content).await,
                }
            }
            written => written,
        };
        written.map_err(|error| self.explain(&format!("the blob {path} cannot be written"), blobs.url(), &error))
    }

    async fn delete_blob(&self, path: &BlobPath) -> Result<(), StorageError> {
        check(path)?;
        let blobs = self.blobs()?;
        let blob = blobs.blob_client(path.container(), path.blob());
        match blob.delete(None).await {
            Err(error) if !is(&error, StatusCode::NotFound) => {
                Err(self.explain(&format!("the blob {path} cannot be deleted"), blobs.url(), &error))
            }
            _ => Ok(()),
        }
    }

    async fn send_message(&self, queue: &QueueName, message: Bytes) -> Result<(), StorageError> {
        // Base64 is the default encoding of the Functions host's queue extension.
        let text = base64::encode(&message);
        let queues = self.queues()?;
        let sent = match send(queues, queue, text.clone()).await {
            Err(error) if is(&error, StatusCode::NotFound) => {
                let created = async { queues.queue_client(queue.as_str())?.create(None).await };
                match created.await {
                    Err(error) if !is(&error, StatusCode::Conflict) => Err(error),
                    _ => send(queues, queue, text).await,
                }
            }
            sent => sent,
        };
        sent.map_err(|error| self.explain(&format!("the queue {queue} takes no message"), queues.url(), &error))
    }
}

fn is(error: &azure_core::Error, status: StatusCode) -> bool {
    error.http_status() == Some(status)
}

impl Azure {
    /// The error of a failed request: `what` failed, the address, the reason and advice. The query of the address is left out: it
    /// may hold a signature.
    fn explain(&self, what: &str, endpoint: &Url, error: &azure_core::Error) -> StorageError {
        let mut endpoint = endpoint.clone();
        endpoint.set_query(None);
        let advice = match error.http_status() {
            Some(StatusCode::Forbidden | StatusCode::Unauthorized) => {
                format!("; {}", self.advice)
            }
            Some(_) => String::new(),
            None if endpoint.scheme() == "http" => "; is Azurite running?".to_owned(),
            None => "; is the account's name right, and the network there?".to_owned(),
        };
        let mut reason = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            let cause_text = cause.to_string();
            if !reason.contains(&cause_text) {
                reason = format!("{reason}: {cause_text}");
            }
            source = cause.source();
        }
        StorageError::new(format!("{what} ({endpoint}): {reason}{advice}"))
    }
}

#[cfg(test)]
mod tests;
