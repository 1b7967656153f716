mod connection_string;
mod shared_key;

use super::{BlobPath, QueueName, Storage, StorageError};
use azure_core::base64;
use azure_core::http::{ClientOptions, ExponentialRetryOptions, RequestContent, RetryOptions, StatusCode, Url};
use azure_storage_blob::{BlobServiceClient, BlobServiceClientOptions};
use azure_storage_queue::models::QueueMessage;
use azure_storage_queue::{QueueServiceClient, QueueServiceClientOptions};
use bytes::Bytes;
use connection_string::{ConnectionString, Credential};
use shared_key::SharedKey;
use std::error::Error as _;
use std::sync::Arc;

/// The blobs and queues of a storage account, or of the emulator [Azurite](https://github.com/Azure/Azurite), by the clients of
/// the Azure SDK.
///
/// ```
/// # fn main() -> Result<(), mcp_trigger::storage::StorageError> {
/// use mcp_trigger::storage::Azure;
///
/// let azurite = Azure::from_connection_string("UseDevelopmentStorage=true")?;
/// # Ok(())
/// # }
/// ```
pub struct Azure {
    blobs: BlobServiceClient,
    queues: QueueServiceClient,
}

impl Azure {
    /// The account of a connection string, as the Azure portal shows it: with an account key or a shared access signature.
    /// `UseDevelopmentStorage=true` is Azurite on this machine.
    ///
    /// # Errors
    ///
    /// When it is no connection string.
    pub fn from_connection_string(text: &str) -> Result<Self, StorageError> {
        let ConnectionString { blob_endpoint, queue_endpoint, credential } = ConnectionString::parse(text)?;
        let policy = match credential {
            Credential::Key { account, key } => Some(SharedKey::new(account, key)),
            // It is in the addresses.
            Credential::Signature => None,
        };
        let options = ClientOptions {
            per_try_policies: policy.into_iter().map(|policy| Arc::new(policy) as _).collect(),
            // A call waits for it: what does not work within seconds is better told than tried again.
            retry: RetryOptions::exponential(ExponentialRetryOptions { max_retries: 2, ..Default::default() }),
            ..ClientOptions::default()
        };
        let blobs = BlobServiceClientOptions { client_options: options.clone(), ..Default::default() };
        let queues = QueueServiceClientOptions { client_options: options, ..Default::default() };
        let failed = |error: azure_core::Error| StorageError::new(error.to_string());
        Ok(Azure {
            blobs: BlobServiceClient::new(blob_endpoint, None, Some(blobs)).map_err(failed)?,
            queues: QueueServiceClient::new(queue_endpoint, None, Some(queues)).map_err(failed)?,
        })
    }

    async fn upload(&self, path: &BlobPath, content: Bytes) -> azure_core::Result<()> {
        let blob = self.blobs.blob_client(path.container(), path.blob());
        blob.upload(RequestContent::from(content.to_vec()), None).await.map(drop)
    }

    async fn send(&self, queue: &QueueName, text: String) -> azure_core::Result<()> {
        let message = QueueMessage { message_text: Some(text) };
        self.queues.queue_client(queue.as_str())?.send_message(message.try_into()?, None).await.map(drop)
    }
}

#[async_trait::async_trait]
impl Storage for Azure {
    async fn read_blob(&self, path: &BlobPath) -> Result<Option<Bytes>, StorageError> {
        let blob = self.blobs.blob_client(path.container(), path.blob());
        let content = async { blob.download(None).await?.body.collect().await };
        match content.await {
            Ok(content) => Ok(Some(content)),
            Err(error) if is(&error, StatusCode::NotFound) => Ok(None),
            Err(error) => Err(explain(&format!("the blob {path} cannot be read"), self.blobs.url(), &error)),
        }
    }

    async fn write_blob(&self, path: &BlobPath, content: Bytes) -> Result<(), StorageError> {
        let written = match self.upload(path, content.clone()).await {
            Err(error) if is(&error, StatusCode::NotFound) => {
                let created = self.blobs.blob_container_client(path.container()).create(None).await;
                match created {
                    Err(error) if !is(&error, StatusCode::Conflict) => Err(error),
                    _ => self.upload(path, content).await,
                }
            }
            written => written,
        };
        written.map_err(|error| explain(&format!("the blob {path} cannot be written"), self.blobs.url(), &error))
    }

    async fn delete_blob(&self, path: &BlobPath) -> Result<(), StorageError> {
        let blob = self.blobs.blob_client(path.container(), path.blob());
        match blob.delete(None).await {
            Err(error) if !is(&error, StatusCode::NotFound) => {
                Err(explain(&format!("the blob {path} cannot be deleted"), self.blobs.url(), &error))
            }
            _ => Ok(()),
        }
    }

    async fn send_message(&self, queue: &QueueName, message: Bytes) -> Result<(), StorageError> {
        // The queue extension's encoding, unless host.json says otherwise.
        let text = base64::encode(&message);
        let sent = match self.send(queue, text.clone()).await {
            Err(error) if is(&error, StatusCode::NotFound) => {
                let created = async { self.queues.queue_client(queue.as_str())?.create(None).await };
                match created.await {
                    Err(error) if !is(&error, StatusCode::Conflict) => Err(error),
                    _ => self.send(queue, text).await,
                }
            }
            sent => sent,
        };
        sent.map_err(|error| explain(&format!("the queue {queue} takes no message"), self.queues.url(), &error))
    }
}

fn is(error: &azure_core::Error, status: StatusCode) -> bool {
    error.http_status() == Some(status)
}

/// What went wrong, where, and what to do. The address is told without its query, which may be a signature.
fn explain(what: &str, endpoint: &Url, error: &azure_core::Error) -> StorageError {
    let mut endpoint = endpoint.clone();
    endpoint.set_query(None);
    let advice = match error.http_status() {
        Some(StatusCode::Forbidden | StatusCode::Unauthorized) => {
            "; the key or signature in the connection string is not for this"
        }
        Some(_) => "",
        None if endpoint.scheme() == "http" => "; is Azurite running?",
        None => "; is the account's name right, and the network there?",
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

#[cfg(test)]
mod tests;
