//! Where the local host keeps blobs and messages: in the account of a connection if the environment has one, else in a folder.

use crate::app::Error;
use crate::generate::Executable;
use crate::local::LocalHost;
use crate::storage::{Folder, Storage};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const FOLDER: &str = "mcp-trigger-storage";

/// Gives a host the storages that its functions need, and tells where they are, a line each.
///
/// # Errors
///
/// When the environment names an account that cannot be used.
pub(super) fn set_up(
    mut host: LocalHost,
    folder: Option<PathBuf>,
    setting: &dyn Fn(&str) -> Option<String>,
) -> Result<(LocalHost, Vec<String>), Error> {
    let mut places = Vec::new();
    let connections = host.connections();
    let mut in_folder = false;
    for connection in connections {
        // Said on the command line is said last.
        match account(&connection, setting).filter(|_| folder.is_none()) {
            Some(account) => {
                host = host.storage_of(connection, account.open()?);
                places.push(format!("the account in {}", account.setting));
            }
            None => in_folder = true,
        }
    }
    if in_folder {
        let folder = Folder::new(folder.unwrap_or_else(|| in_target(FOLDER)));
        places.push(folder.root().display().to_string());
        host = host.storage(Arc::new(folder));
    }
    places.dedup();
    Ok((host, places))
}

/// A connection that the environment gives.
struct Account {
    /// The name of the variable.
    setting: String,
    /// Its value; `None` for an identity, which is spread over several variables.
    connection_string: Option<String>,
}

/// The host looks for the name with a prefix first.
fn account(connection: &str, setting: &dyn Fn(&str) -> Option<String>) -> Option<Account> {
    let set = |name: &str| setting(name).filter(|value| !value.trim().is_empty());
    let names = [format!("AzureWebJobs{connection}"), connection.to_owned()];
    names.into_iter().find_map(|name| {
        let connection_string = set(&name);
        let identity = ["accountName", "blobServiceUri", "queueServiceUri", "serviceUri"];
        let has_identity = || identity.iter().any(|member| set(&format!("{name}__{member}")).is_some());
        (connection_string.is_some() || has_identity()).then_some(Account { setting: name, connection_string })
    })
}

impl Account {
    fn open(&self) -> Result<Arc<dyn Storage>, Error> {
        let Account { setting, connection_string } = self;
        let Some(connection_string) = connection_string else {
            return Err(Error::Environment(format!(
                "the storage account in {setting} is named by an identity ({setting}__…), which the local host cannot use; set \
                 {setting} to a connection string, or keep blobs and messages in a folder with `--storage DIR`"
            )));
        };
        open(setting, connection_string)
    }
}

#[cfg(feature = "azure-storage")]
fn open(setting: &str, connection_string: &str) -> Result<Arc<dyn Storage>, Error> {
    let azure = crate::storage::Azure::from_connection_string(connection_string);
    let azure = azure.map_err(|error| Error::Environment(format!("{setting}: {error}")))?;
    Ok(Arc::new(azure))
}

#[cfg(not(feature = "azure-storage"))]
fn open(setting: &str, _connection_string: &str) -> Result<Arc<dyn Storage>, Error> {
    Err(Error::Environment(format!(
        "{setting} names a storage account, and this program was built without a client for one; build it with \
         `cargo add mcp-trigger --features azure-storage`, or keep blobs and messages in a folder: unset {setting}, or say \
         `--storage DIR`"
    )))
}

/// A place in the target directory of the build, where it is in nobody's way; in the current one if there is none.
pub(super) fn in_target(name: &str) -> PathBuf {
    let executable = Executable::path().unwrap_or_default();
    // Cargo marks its target directory so.
    let target = executable.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    target.unwrap_or(Path::new("")).join(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local::{InvokeError, Invoker};
    use host_protocol::binding::STORAGE_CONNECTION;
    use host_protocol::function_json::{Binding, Direction, FunctionJson, ToolTrigger};
    use host_protocol::{FunctionResult, Invocation};

    struct Nobody;

    #[async_trait::async_trait]
    impl Invoker for Nobody {
        async fn invoke(&self, _: Invocation) -> Result<FunctionResult, InvokeError> {
            Err(InvokeError::new("nobody"))
        }
    }

    fn host(bindings: Vec<Binding>) -> LocalHost {
        let trigger = ToolTrigger::new("save", "Saves.").into();
        let file = FunctionJson::generated([vec![trigger], bindings].concat());
        LocalHost::new([("Save".to_owned(), file)], Arc::new(Nobody))
    }

    fn blob(connection: &str) -> Binding {
        Binding::new("blob", Direction::Out, "file").with("path", "box/file").with("connection", connection)
    }

    fn places(bindings: Vec<Binding>, folder: Option<&str>, set: &[&str]) -> Result<Vec<String>, String> {
        let setting = |name: &str| set.contains(&name).then(|| "UseDevelopmentStorage=true".to_owned());
        let set_up = set_up(host(bindings), folder.map(PathBuf::from), &setting);
        set_up.map(|(_, places)| places).map_err(|error| error.to_string())
    }

    #[test]
    fn who_has_no_bindings_hears_nothing() {
        assert_eq!(places(vec![], None, &["AzureWebJobsStorage"]).unwrap(), [""; 0]);
    }

    #[test]
    fn a_folder_of_the_build_is_enough() {
        let places = places(vec![blob(""), blob("Other")], None, &[]).unwrap();
        assert!(places.len() == 1 && places[0].ends_with(FOLDER) && places[0].contains("target"), "{places:?}");
    }

    #[test]
    fn the_command_line_wins_over_the_environment() {
        assert_eq!(places(vec![blob("")], Some("here"), &[STORAGE_CONNECTION]).unwrap(), ["here"]);
    }

    #[cfg(feature = "azure-storage")]
    #[test]
    fn an_account_in_the_environment_is_used() {
        let bindings = || vec![blob(""), blob("Other")];
        assert_eq!(
            places(bindings(), None, &[STORAGE_CONNECTION, "AzureWebJobsOther"]).unwrap(),
            ["the account in AzureWebJobsStorage", "the account in AzureWebJobsOther"]
        );
        assert_eq!(places(bindings(), None, &["Other"]).unwrap()[0], "the account in Other");
    }

    #[cfg(not(feature = "azure-storage"))]
    #[test]
    fn an_account_that_nobody_can_open_is_an_error() {
        let message = places(vec![blob("")], None, &[STORAGE_CONNECTION]).unwrap_err();
        assert!(message.contains("AzureWebJobsStorage") && message.contains("azure-storage"), "{message}");
        assert!(message.contains("--storage DIR"), "{message}");
    }

    #[test]
    fn an_identity_is_refused() {
        let message = places(vec![blob("")], None, &["AzureWebJobsStorage__accountName"]).unwrap_err();
        assert!(message.contains("identity"), "{message}");
    }
}
