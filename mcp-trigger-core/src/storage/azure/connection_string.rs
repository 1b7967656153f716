//! Connection strings of storage accounts.

use super::StorageError;
use azure_core::credentials::Secret;
use azure_core::http::Url;

/// The content of a connection string: the addresses of both services, and the access to them.
#[derive(Debug)]
pub(super) struct ConnectionString {
    pub(super) blob_endpoint: Url,
    pub(super) queue_endpoint: Url,
    pub(super) credential: Credential,
}

/// The access to an account that a connection string gives.
#[derive(Debug)]
pub(super) enum Credential {
    /// The account's key, with which requests are signed.
    Key { account: String, key: Secret },
    /// A shared access signature, which is the query of both endpoints.
    Signature,
}

/// The account of Azurite, and its public key.
const EMULATOR: (&str, &str) =
    ("devstoreaccount1", "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==");

impl ConnectionString {
    /// Reads `Name=value;Name=value`. The case of names does not matter.
    ///
    /// # Errors
    ///
    /// If the text has another form, or names no account, no access or an invalid address.
    pub(super) fn parse(text: &str) -> Result<Self, StorageError> {
        let mut settings = Vec::new();
        for setting in text.split(';').map(str::trim).filter(|setting| !setting.is_empty()) {
            let (name, value) =
                setting.split_once('=').ok_or_else(|| wrong("it is not of the form `Name=value;Name=value`"))?;
            settings.push((name.trim(), value.trim()));
        }
        let get = |name: &str| {
            let found = settings.iter().find(|(known, value)| known.eq_ignore_ascii_case(name) && !value.is_empty());
            found.map(|(_, value)| *value)
        };

        if get("UseDevelopmentStorage").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
            let machine = get("DevelopmentStorageProxyUri").unwrap_or("http://127.0.0.1").trim_end_matches('/');
            let (account, key) = EMULATOR;
            return Ok(ConnectionString {
                blob_endpoint: endpoint(&format!("{machine}:10000/{account}"), None)?,
                queue_endpoint: endpoint(&format!("{machine}:10001/{account}"), None)?,
                credential: Credential::Key { account: account.to_owned(), key: Secret::new(key) },
            });
        }
        let account = get("AccountName");
        let signature = get("SharedAccessSignature");
        let of_service = |name: &str, service: &str| match (get(name), account) {
            (Some(address), _) => endpoint(address, signature),
            (None, Some(account)) => {
                let protocol = get("DefaultEndpointsProtocol").unwrap_or("https");
                let suffix = get("EndpointSuffix").unwrap_or("core.windows.net");
                endpoint(&format!("{protocol}://{account}.{service}.{suffix}"), signature)
            }
            (None, None) => Err(wrong(&format!("it has neither {name} nor AccountName"))),
        };
        let credential = match (account, get("AccountKey"), signature) {
            (_, _, Some(_)) => Credential::Signature,
            (Some(account), Some(key), None) => {
                Credential::Key { account: account.to_owned(), key: Secret::new(key.to_owned()) }
            }
            _ => return Err(wrong("it has neither AccountName with AccountKey nor SharedAccessSignature")),
        };
        Ok(ConnectionString {
            blob_endpoint: of_service("BlobEndpoint", "blob")?,
            queue_endpoint: of_service("QueueEndpoint", "queue")?,
            credential,
        })
    }
}

fn endpoint(address: &str, signature: Option<&str>) -> Result<Url, StorageError> {
    let mut url = Url::parse(address).map_err(|error| wrong(&format!("`{address}` is not an address: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong(&format!("`{address}` begins with neither http:// nor https://")));
    }
    // The clients add names behind the last slash.
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    url.set_query(signature.map(|signature| signature.trim_start_matches('?')));
    Ok(url)
}

/// The error for an invalid connection string. `why` must not contain a secret, such as a key.
fn wrong(why: &str) -> StorageError {
    StorageError::new(format!(
        "this is not the connection string of a storage account: {why}; copy it from the account's \"Access keys\""
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoints(text: &str) -> (String, String) {
        let parsed = ConnectionString::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        (parsed.blob_endpoint.to_string(), parsed.queue_endpoint.to_string())
    }

    fn pair(blob: &str, queue: &str) -> (String, String) {
        (blob.to_owned(), queue.to_owned())
    }

    #[test]
    fn the_emulator_is_on_this_machine() {
        assert_eq!(
            endpoints("usedevelopmentstorage=True"),
            pair("http://127.0.0.1:10000/devstoreaccount1", "http://127.0.0.1:10001/devstoreaccount1")
        );
        assert_eq!(
            endpoints("UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://azurite/"),
            pair("http://azurite:10000/devstoreaccount1", "http://azurite:10001/devstoreaccount1")
        );
    }

    #[test]
    fn accounts_have_their_usual_addresses() {
        let key = "AccountName=acct;AccountKey=YWJj;";
        assert_eq!(
            endpoints(&format!("DefaultEndpointsProtocol=https;{key}EndpointSuffix=core.windows.net")),
            pair("https://acct.blob.core.windows.net/", "https://acct.queue.core.windows.net/")
        );
        assert_eq!(
            endpoints(&format!("{key};EndpointSuffix=core.chinacloudapi.cn;QueueEndpoint=http://127.0.0.1:11/acct/")),
            pair("https://acct.blob.core.chinacloudapi.cn/", "http://127.0.0.1:11/acct")
        );
        let Credential::Key { account, key } = ConnectionString::parse(key).unwrap().credential else {
            panic!("a key")
        };
        assert_eq!((account.as_str(), key.secret()), ("acct", "YWJj"));
    }

    #[test]
    fn a_signature_is_part_of_the_address() {
        let text = "BlobEndpoint=https://acct.blob.core.windows.net/;QueueEndpoint=https://acct.queue.core.windows.net;\
                    SharedAccessSignature=?sv=2022&sig=a%2Bb";
        assert_eq!(
            endpoints(text),
            pair(
                "https://acct.blob.core.windows.net/?sv=2022&sig=a%2Bb",
                "https://acct.queue.core.windows.net/?sv=2022&sig=a%2Bb"
            )
        );
        assert!(matches!(ConnectionString::parse(text).unwrap().credential, Credential::Signature));
    }

    #[test]
    fn what_is_wrong_is_told_without_secrets() {
        for text in [
            "",
            "hello",
            "AccountName=acct",
            "AccountKey=c2VjcmV0",
            "UseDevelopmentStorage=false",
            "AccountName=acct;AccountKey=c2VjcmV0;BlobEndpoint=ftp://x",
        ] {
            let error = ConnectionString::parse(text).unwrap_err().to_string();
            assert!(error.contains("not the connection string") && !error.contains("c2VjcmV0"), "{error}");
        }
    }
}
