//! local.settings.json: what `func start` needs on this machine. It is not part of the app, and not of its repository.

use super::folder::Folder;
use super::plan::{Draft, Source};
use host_protocol::host_json::HostJson;
use serde_json::json;

pub(crate) const LOCAL_SETTINGS: &str = "local.settings.json";

/// Overrides `customHandler.description.defaultExecutablePath` of host.json (recorded: it wins). So host.json can hold the
/// name in the package, and `func start` still finds what was built last.
pub(crate) const EXECUTABLE: &str = "AzureFunctionsJobHost__customHandler__description__defaultExecutablePath";

pub(super) fn plan(draft: &mut Draft, source: &Source<'_>, folder: &Folder) {
    let built = &source.executable.from_root;
    let Some(text) = &folder.local_settings else {
        return draft.file(LOCAL_SETTINGS, None, fresh(built));
    };
    // Any file of the host's kind of JSON can be read so.
    let is_set = HostJson::parse(text).is_ok_and(|file| file.get(&["Values", EXECUTABLE]).is_some());
    if !is_set {
        let add = format!("\"{EXECUTABLE}\": \"{built}\"");
        draft.warn(format!("{LOCAL_SETTINGS}: for `func start` by hand, add to \"Values\": {add}"));
    }
}

fn fresh(built: &str) -> String {
    let settings = json!({
        // Missing means true.
        "IsEncrypted": false,
        "Values": {
            "FUNCTIONS_WORKER_RUNTIME": "custom",
            // The keys of the app are kept in it, and `func` asks for it: the emulator Azurite.
            "AzureWebJobsStorage": "UseDevelopmentStorage=true",
            EXECUTABLE: built,
        }
    });
    format!("{settings:#}\n")
}
