//! Where the local host keeps blobs and messages: in the account of a connection if a setting names one, else in a folder.

use crate::app::Error;
use crate::generate::Executable;
use local_host::{LocalHost, Settings};
use mcp_trigger_core::storage::{Account, DEVELOPMENT, Folder};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const FOLDER: &str = "mcp-trigger-storage";

/// Gives a host the storages that its functions need, and tells where they are, a line each.
///
/// # Errors
///
/// If a setting names an account that cannot be used, or the folder cannot be written.
pub(super) fn set_up(
    mut host: LocalHost,
    folder: Option<PathBuf>,
    settings: &Settings,
) -> Result<(LocalHost, Vec<String>), Error> {
    let mut places = Vec::new();
    let mut in_folder = None;
    for connection in host.connections() {
        // Said on the command line is said last.
        let account = Account::find(&connection, &|name| settings.get(name)).filter(|_| folder.is_none());
        let Some(account) = account else {
            in_folder = in_folder.or(Some(String::new()));
            continue;
        };
        let setting = &account.setting;
        let place = settings.place(setting);
        if let Some(why) = account.missing_emulator() {
            in_folder = Some(format!(" ({setting} in {place} is {DEVELOPMENT}=true, and {why})"));
            continue;
        }
        let storage = account.open().map_err(|error| {
            Error::Environment(format!(
                "{error} ({setting} stands in {place}); or keep blobs and messages in a folder with `--storage DIR`"
            ))
        })?;
        places.push(format!("the account in {setting} of {place}"));
        host = host.storage_of(connection, storage);
    }
    if let Some(folder) = &folder {
        check(folder)?;
    }
    if let Some(why) = in_folder {
        let is_given = folder.is_some();
        let folder = folder.unwrap_or_else(|| in_target(FOLDER));
        if !is_given {
            check(&folder)?;
        }
        places.push(format!("{}{why}", folder.display()));
        host = host.storage(Arc::new(Folder::new(folder)));
    }
    places.dedup();
    Ok((host, places))
}

/// Checks that the folder can be written. Without this check, the first blob would fail, long after the start.
fn check(folder: &Path) -> Result<(), Error> {
    let path = folder.display().to_string();
    Folder::new(folder).check().map_err(|error| {
        Error::Environment(format!(
            "blobs and messages cannot be kept in {path}: {error}; name a folder that can be written with `--storage DIR`"
        ))
    })
}

/// The default folder: in the target directory of the build, or in the current directory if there is no target directory.
pub(super) fn in_target(name: &str) -> PathBuf {
    let executable = Executable::path().unwrap_or_default();
    // Cargo marks its target directory so.
    let target = executable.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    target.unwrap_or(Path::new("")).join(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::local::settings::tests::settings;
    use crate::fixtures::TestFolder;
    use host_protocol::binding::STORAGE_CONNECTION;
    use host_protocol::function_json::{Binding, Direction, FunctionJson, ToolTrigger};
    use host_protocol::{FunctionResult, Invocation};
    use local_host::{InvokeError, Invoker};

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

    fn places(bindings: Vec<Binding>, folder: Option<&str>, set: &[&str], value: &str) -> Result<Vec<String>, String> {
        let environment: Vec<_> = set.iter().map(|name| (*name, value)).collect();
        let set_up = set_up(host(bindings), folder.map(PathBuf::from), &settings(&environment, None));
        set_up.map(|(_, places)| places).map_err(|error| error.to_string())
    }

    const ACCOUNT: &str = "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;EndpointSuffix=core.windows.net";

    #[test]
    fn who_has_no_bindings_hears_nothing() {
        assert_eq!(places(vec![], None, &["AzureWebJobsStorage"], ACCOUNT).unwrap(), [""; 0]);
    }

    #[test]
    fn a_folder_of_the_build_is_enough() {
        let places = places(vec![blob(""), blob("Other")], None, &[], "").unwrap();
        assert!(places.len() == 1 && places[0].ends_with(FOLDER), "{places:?}");
    }

    #[test]
    fn the_command_line_wins_over_settings() {
        let folder = TestFolder::new();
        let given = folder.path().join("here").display().to_string();
        assert_eq!(places(vec![blob("")], Some(&given), &[STORAGE_CONNECTION], ACCOUNT).unwrap(), [given]);
        assert!(!folder.path().join("here").exists(), "nothing is made before there is something to keep");
    }

    #[test]
    fn a_folder_that_cannot_be_written_is_an_error_at_the_start() {
        let folder = TestFolder::new();
        folder.write("file", "");
        folder.write("box/blobs", "");
        for (given, bindings) in [("file", vec![blob("")]), ("file/below", vec![]), ("box", vec![blob("")])] {
            let given = folder.path().join(given).display().to_string();
            let message = places(bindings, Some(&given), &[], "").unwrap_err();
            assert!(message.contains(&given) && message.contains("`--storage DIR`"), "{message}");
        }
    }

    #[cfg(feature = "azure-storage")]
    #[test]
    fn an_account_in_a_setting_is_used() {
        let bindings = || vec![blob(""), blob("Other")];
        assert_eq!(
            places(bindings(), None, &[STORAGE_CONNECTION, "AzureWebJobsOther"], ACCOUNT).unwrap(),
            [
                "the account in AzureWebJobsStorage of the environment",
                "the account in AzureWebJobsOther of the environment"
            ]
        );
        assert_eq!(
            places(bindings(), None, &["Other"], ACCOUNT).unwrap()[0],
            "the account in Other of the environment"
        );
        let named = places(bindings(), None, &["ConnectionStrings:AzureWebJobsStorage"], ACCOUNT).unwrap();
        assert_eq!(named[0], "the account in ConnectionStrings:AzureWebJobsStorage of the environment");
    }

    #[cfg(not(feature = "azure-storage"))]
    #[test]
    fn an_account_that_nobody_can_open_is_an_error_that_names_its_place() {
        let message = places(vec![blob("")], None, &[STORAGE_CONNECTION], ACCOUNT).unwrap_err();
        assert!(
            message.contains("AzureWebJobsStorage stands in the environment") && message.contains("azure-storage"),
            "{message}"
        );
        assert!(message.contains("--storage DIR"), "{message}");
        let file = format!(r#"{{"ConnectionStrings": {{"AzureWebJobsStorage": "{ACCOUNT}"}}}}"#);
        let message = set_up(host(vec![blob("")]), None, &settings(&[], Some(&file))).err().unwrap().to_string();
        assert!(message.contains("ConnectionStrings:AzureWebJobsStorage stands in local.settings.json"), "{message}");
    }

    #[cfg(not(feature = "azure-storage"))]
    #[test]
    fn the_emulator_stops_no_app() {
        let elsewhere = "useDevelopmentStorage=True;DevelopmentStorageProxyUri=http://azurite";
        assert!(places(vec![blob("")], None, &[STORAGE_CONNECTION], elsewhere).is_ok());
        let places = places(vec![blob("")], None, &[STORAGE_CONNECTION], "UseDevelopmentStorage=true").unwrap();
        assert!(
            places[0].contains(FOLDER) && places[0].contains("AzureWebJobsStorage in the environment is Use"),
            "{places:?}"
        );
    }

    #[cfg(feature = "azure-storage")]
    #[test]
    fn an_identity_is_used() {
        let places = places(vec![blob("")], None, &["AzureWebJobsStorage__accountName"], "a").unwrap();
        assert_eq!(places, ["the account in AzureWebJobsStorage of the environment"]);
    }
}
