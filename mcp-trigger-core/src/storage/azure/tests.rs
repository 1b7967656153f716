//! Against a running Azurite, or a storage account: `MCP_TRIGGER_TEST_STORAGE` holds its connection string.
//!
//!     npx azurite --inMemoryPersistence --skipApiVersionCheck
//!     MCP_TRIGGER_TEST_STORAGE=UseDevelopmentStorage=true cargo test -p mcp-trigger --features azure-storage azure

use super::*;
use crate::ids;

const VARIABLE: &str = "MCP_TRIGGER_TEST_STORAGE";

/// A storage, and a name that nobody has used in it.
fn storage() -> Option<(Azure, String)> {
    let Some(connection_string) = std::env::var(VARIABLE).ok().filter(|text| !text.is_empty()) else {
        use std::io::Write as _;
        // Seen even though the test passes.
        let _ =
            writeln!(std::io::stderr(), "SKIPPED: a test against Azure Storage; {VARIABLE} has no connection string");
        return None;
    };
    Some((Azure::from_connection_string(&connection_string).unwrap(), format!("test-{}", ids::guid())))
}

#[tokio::test]
async fn blobs_come_back_as_they_went() {
    let Some((storage, container)) = storage() else { return };
    let large: Vec<u8> = (0..20_000_000u32).map(|at| (at % 251) as u8).collect();
    for name in ["x.json", "a/b/c.txt", "sp ace/é 😀.json", "a+b&c=d?e#f%25%.txt", "a//b", "[x]:|*<>\"'"] {
        let path = BlobPath::parse(&format!("{container}/{name}")).unwrap();
        assert_eq!(storage.read_blob(&path).await.unwrap(), None, "{name}");
        for content in [&b"first"[..], b"\0\xff", b""] {
            storage.write_blob(&path, Bytes::copy_from_slice(content)).await.unwrap();
            assert_eq!(storage.read_blob(&path).await.unwrap().unwrap(), content, "{name}");
        }
        for _ in 0..2 {
            storage.delete_blob(&path).await.unwrap();
            assert_eq!(storage.read_blob(&path).await.unwrap(), None, "{name}");
        }
    }
    let path = BlobPath::parse(&format!("{container}/large")).unwrap();
    storage.write_blob(&path, large.clone().into()).await.unwrap();
    assert!(storage.read_blob(&path).await.unwrap().unwrap() == large);
    storage.blobs().unwrap().blob_container_client(&container).delete(None).await.unwrap();
}

#[tokio::test]
async fn messages_are_base64_on_the_wire() {
    let Some((storage, queue)) = storage() else { return };
    let name = QueueName::parse(&queue).unwrap();
    let longest = vec![b'x'; host_protocol::binding::MESSAGE_LIMIT];
    for message in [&b"hello"[..], b"\0\xff", b"", &longest] {
        storage.send_message(&name, Bytes::copy_from_slice(message)).await.unwrap();
    }
    let too_long = storage.send_message(&name, Bytes::from(vec![b'x'; longest.len() + 1])).await;
    assert!(too_long.is_err(), "the limit is the service's");

    let queue = storage.queues().unwrap().queue_client(&queue).unwrap();
    let mut texts = Vec::new();
    for _ in 0..4 {
        let messages = queue.receive_messages(None).await.unwrap().into_model().unwrap();
        texts.extend(
            messages.items.unwrap_or_default().into_iter().map(|message| message.message_text.unwrap_or_default()),
        );
    }
    assert_eq!(texts, [base64::encode("hello"), "AP8=".to_owned(), String::new(), base64::encode(&longest)]);
    queue.delete(None).await.unwrap();
}

/// Needs no Azurite: nobody listens there.
#[tokio::test]
async fn a_storage_that_is_not_there_is_told_with_advice() {
    let text = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=c2VjcmV0;BlobEndpoint=http://127.0.0.1:9/a;QueueEndpoint=http://127.0.0.1:9/a";
    let storage = Azure::from_connection_string(text).unwrap();
    let error = storage.read_blob(&BlobPath::parse("box/x").unwrap()).await.unwrap_err().to_string();
    assert!(error.contains("the blob box/x cannot be read (http://127.0.0.1:9/a)"), "{error}");
    assert!(error.contains("is Azurite running?") && !error.contains("c2VjcmV0"), "{error}");
}

#[tokio::test]
async fn a_name_that_would_be_another_is_refused() {
    let text = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=c2VjcmV0;BlobEndpoint=http://127.0.0.1:9/a";
    let storage = Azure::from_connection_string(text).unwrap();
    for name in ["a\tb", "a\nb", "a\rb"] {
        let path = BlobPath::parse(&format!("box/{name}")).unwrap();
        let errors = [
            storage.read_blob(&path).await.unwrap_err(),
            storage.write_blob(&path, Bytes::new()).await.unwrap_err(),
            storage.delete_blob(&path).await.unwrap_err(),
        ];
        assert!(errors.iter().all(|error| error.to_string().contains("a tab or a line break")), "{errors:?}");
    }
}

#[test]
fn settings_name_an_account_by_string_or_identity() {
    let open = |settings: &[(&str, &str)]| {
        let setting =
            |name: &str| settings.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Azure::from_settings("AzureWebJobsStorage", &setting).map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(open(&[("AzureWebJobsStorage", "UseDevelopmentStorage=true")]), Ok(()));
    let identity = ("AzureWebJobsStorage__credential", "managedidentity");
    assert_eq!(open(&[("AzureWebJobsStorage__accountName", "acct"), identity]), Ok(()));
    assert!(open(&[]).unwrap_err().contains("AzureWebJobsStorage__accountName"));
    let wrong = [("AzureWebJobsStorage__blobServiceUri", "http://elsewhere.example"), identity];
    assert!(open(&wrong).unwrap_err().starts_with("AzureWebJobsStorage: "));
}
