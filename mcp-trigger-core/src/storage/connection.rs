//! Storage connections: the accounts that the app settings name.

use super::bindings::BindingFailure;
use super::{Storage, StorageError};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// The storages of an app, by the names of their connections. Default: no storage.
#[derive(Clone, Default)]
pub struct Storages {
    /// The storage of all connections that `by_connection` does not have.
    pub default: Option<Arc<dyn Storage>>,
    /// The storage of each connection, or the error with which it could not be opened.
    pub by_connection: BTreeMap<String, Result<Arc<dyn Storage>, StorageError>>,
}

impl Storages {
    /// Opens the accounts that app settings name for `connections`. `setting` gives the value of an app setting. Connections that
    /// are not listed have no storage.
    pub fn of_settings<'a>(
        connections: impl IntoIterator<Item = &'a str>,
        setting: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let open = |connection: &str| Account::required(connection, setting)?.open();
        let mut storages = Storages::default();
        for connection in connections {
            storages.by_connection.insert(connection.to_owned(), open(connection));
        }
        storages
    }

    /// The storage of a connection.
    ///
    /// # Errors
    ///
    /// If the connection has no storage, or the storage could not be opened.
    pub fn get(&self, connection: &str) -> Result<&dyn Storage, BindingFailure> {
        match (self.by_connection.get(connection), &self.default) {
            (Some(Ok(storage)), _) | (None, Some(storage)) => Ok(&**storage),
            (Some(Err(why)), _) => Err(why.clone().into()),
            (None, None) => Err(BindingFailure::new(format!(
                "no storage is set for the connection {connection}; `LocalHost::storage` sets one"
            ))),
        }
    }
}

/// The member of a connection string that, with the value `true`, names the account of Azurite, the emulator. `generate` writes it
/// for `func start`, which needs a storage account.
pub const DEVELOPMENT: &str = "UseDevelopmentStorage";
/// The address of Azurite's blob service.
const AZURITE: (Ipv4Addr, u16) = (Ipv4Addr::LOCALHOST, 10000);

/// The storage account of a connection, as app settings name it.
#[derive(Debug, PartialEq, Eq)]
pub struct Account {
    /// The name of the app setting with the connection string. For an identity, the prefix of its settings, such as
    /// `AzureWebJobsStorage`.
    pub setting: String,
    access: AccountAccess,
}

/// The way in which the settings name an account.
#[derive(Debug, PartialEq, Eq)]
enum AccountAccess {
    ConnectionString(String),
    Identity(Identity),
}

/// The settings of an account that is opened with the identity of the app (documentation of Azure Functions, "Configure an
/// identity-based connection").
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Identity {
    /// `__accountName`: the name of the account, whose services have their usual addresses.
    pub(super) account: Option<String>,
    /// `__blobServiceUri`, or `__serviceUri`.
    pub(super) blob_service: Option<String>,
    /// `__queueServiceUri`, or `__serviceUri`.
    pub(super) queue_service: Option<String>,
    /// `__credential`: `managedidentity`, if it is set.
    pub(super) credential: Option<String>,
    /// `__clientId`: the client id of a user-assigned identity.
    pub(super) client_id: Option<String>,
    /// `__managedIdentityResourceId`: the resource id of a user-assigned identity.
    pub(super) resource_id: Option<String>,
}

impl Account {
    /// Finds the account that app settings name for a connection. `setting` gives the value of an app setting. `None` if no setting
    /// names an account.
    ///
    /// As with the Functions host, the name with the prefix `AzureWebJobs` comes first, and a connection string before the settings
    /// of an identity.
    pub fn find(connection: &str, setting: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let set = |name: &str| setting(name).filter(|value| !value.trim().is_empty());
        let names = [format!("AzureWebJobs{connection}"), connection.to_owned()];
        names.into_iter().find_map(|name| {
            // Connection strings have a section of their own in local.settings.json, and the host looks there first.
            let strings = [format!("ConnectionStrings:{name}"), format!("ConnectionStrings__{name}"), name.clone()];
            let string = strings.into_iter().find_map(|setting| Some((set(&setting)?, setting)));
            if let Some((text, setting)) = string {
                return Some(Account { setting, access: AccountAccess::ConnectionString(text) });
            }
            let identity = Identity::find(|member| set(&format!("{name}__{member}")))?;
            Some(Account { setting: name, access: AccountAccess::Identity(identity) })
        })
    }

    /// Finds the account of a connection that needs one.
    ///
    /// # Errors
    ///
    /// If no setting names an account: the message says which settings would.
    pub(super) fn required(connection: &str, setting: &dyn Fn(&str) -> Option<String>) -> Result<Self, StorageError> {
        Account::find(connection, setting).ok_or_else(|| {
            StorageError::new(format!(
                "the app setting {connection} is missing: set it to the connection string of a storage account, or \
                 {connection}__accountName to the name of one that the app's identity may use"
            ))
        })
    }

    /// The reason why the account cannot be used, if the account is that of Azurite, the emulator. `None` for other accounts, and
    /// if Azurite can be used. An app on a developer's machine can run without Azurite. Waits up to 500 ms for Azurite.
    pub fn missing_emulator(&self) -> Option<&'static str> {
        let AccountAccess::ConnectionString(text) = &self.access else { return None };
        let value = |name: &str| {
            let mut members = text.split(';').filter_map(|member| member.split_once('='));
            members.find(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
        };
        if !value(DEVELOPMENT)?.eq_ignore_ascii_case("true") {
            return None;
        }
        if !cfg!(feature = "azure-storage") {
            return Some("this program was built without the feature `azure-storage`");
        }
        // Azurite may run on another machine, such as another container: then it is not tried.
        let is_here = value("DevelopmentStorageProxyUri").is_none();
        let answers = || TcpStream::connect_timeout(&AZURITE.into(), Duration::from_millis(500)).is_ok();
        (is_here && !answers()).then_some("Azurite does not run")
    }

    /// Opens the storage of the account. No request is sent before the first call.
    ///
    /// # Errors
    ///
    /// If the settings do not name a storage account, or the program was built without the feature `azure-storage`. The message
    /// names the setting.
    pub fn open(&self) -> Result<Arc<dyn Storage>, StorageError> {
        #[cfg(feature = "azure-storage")]
        {
            self.azure().map(|azure| Arc::new(azure) as _)
        }
        #[cfg(not(feature = "azure-storage"))]
        {
            let Account { setting, access: AccountAccess::ConnectionString(_) | AccountAccess::Identity(_) } = self;
            Err(StorageError::new(format!("{setting} names a storage account, and {NO_CLIENT}")))
        }
    }
}

#[cfg(feature = "azure-storage")]
impl Account {
    /// The clients of the account.
    ///
    /// # Errors
    ///
    /// If the settings do not name a storage account. The message names the setting.
    pub(super) fn azure(&self) -> Result<super::Azure, StorageError> {
        let opened = match &self.access {
            AccountAccess::ConnectionString(text) => super::Azure::from_connection_string(text),
            AccountAccess::Identity(identity) => super::Azure::from_identity(identity),
        };
        opened.map_err(|error| StorageError::new(format!("{}: {error}", self.setting)))
    }
}

/// The error text of a program that was built without the feature `azure-storage`, with advice.
#[cfg(not(feature = "azure-storage"))]
pub const NO_CLIENT: &str =
    "this program was built without a client for one: `cargo add mcp-trigger --features azure-storage`";

impl Identity {
    /// Reads the settings of an identity. `member` gives the value of a setting, such as `accountName`. `None` if no setting names
    /// an account or an address.
    fn find(member: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let service = |name: &str| member(name).or_else(|| member("serviceUri"));
        let identity = Identity {
            account: member("accountName"),
            blob_service: service("blobServiceUri"),
            queue_service: service("queueServiceUri"),
            credential: member("credential"),
            client_id: member("clientId"),
            resource_id: member("managedIdentityResourceId"),
        };
        let has_address =
            [&identity.account, &identity.blob_service, &identity.queue_service].into_iter().any(Option::is_some);
        has_address.then_some(identity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(connection: &str, set: &[(&str, &str)]) -> Option<Account> {
        let setting = |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Account::find(connection, &setting)
    }

    #[test]
    fn the_name_with_the_prefix_and_the_exact_one_come_first() {
        let found = |set: &[(&str, &str)]| find("Storage", set).map(|account| (account.setting, account.access));
        let text = |name: &str, text: &str| Some((name.to_owned(), AccountAccess::ConnectionString(text.to_owned())));
        let identity = Identity { account: Some("acct".to_owned()), ..Identity::default() };
        let [prefixed, plain, member] =
            [("AzureWebJobsStorage", "a"), ("Storage", "b"), ("AzureWebJobsStorage__accountName", "acct")];
        assert_eq!(found(&[plain, member, prefixed]), text("AzureWebJobsStorage", "a"));
        assert_eq!(found(&[plain]), text("Storage", "b"));
        assert_eq!(
            found(&[plain, member]),
            Some(("AzureWebJobsStorage".to_owned(), AccountAccess::Identity(identity)))
        );
        assert_eq!(found(&[("AzureWebJobsStorage", " "), plain]), text("Storage", "b"));
        let string = ("ConnectionStrings:AzureWebJobsStorage", "c");
        assert_eq!(found(&[prefixed, string]), text("ConnectionStrings:AzureWebJobsStorage", "c"));
        assert_eq!(found(&[("ConnectionStrings__Storage", "d")]), text("ConnectionStrings__Storage", "d"));
        assert_eq!(found(&[("Storage__credential", "managedidentity")]), None);
    }

    #[test]
    fn the_settings_of_an_identity_share_a_prefix() {
        let set = [
            ("Files__serviceUri", "https://a.example"),
            ("Files__queueServiceUri", "https://q.example"),
            ("Files__credential", "managedidentity"),
            ("Files__clientId", "id"),
        ];
        let text = |text: &str| Some(text.to_owned());
        let expected = Identity {
            account: None,
            blob_service: text("https://a.example"),
            queue_service: text("https://q.example"),
            credential: text("managedidentity"),
            client_id: text("id"),
            resource_id: None,
        };
        assert_eq!(find("Files", &set).unwrap().access, AccountAccess::Identity(expected));
    }

    #[test]
    fn a_connection_without_an_account_says_what_to_set() {
        let storages = Storages::of_settings(["AzureWebJobsStorage"], &|_| None);
        let why = storages.get("AzureWebJobsStorage").err().unwrap().to_string();
        assert!(why.contains("AzureWebJobsStorage is missing") && why.contains("__accountName"), "{why}");
    }
}
