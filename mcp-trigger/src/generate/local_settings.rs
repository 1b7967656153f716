//! local.settings.json: what `func start` needs on this machine. It is not part of the app, and not of its repository.

use super::folder::Folder;
use super::plan::{Draft, Source};
use host_protocol::app_folder::{EXECUTABLE_VARIABLE, LOCAL_SETTINGS};
use host_protocol::host_json::HostJson;
use serde_json::json;

pub(super) fn plan(draft: &mut Draft, source: &Source<'_>, folder: &Folder) {
    let built = &source.executable.from_root;
    let Some(text) = &folder.local_settings else {
        return draft.file(LOCAL_SETTINGS, None, fresh(built));
    };
    // Any file of the host's kind of JSON can be read so.
    let is_set = HostJson::parse(text).is_ok_and(|file| file.get(&["Values", EXECUTABLE_VARIABLE]).is_some());
    if !is_set {
        let add = format!("\"{EXECUTABLE_VARIABLE}\": \"{built}\"");
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
            EXECUTABLE_VARIABLE: built,
        }
    });
    format!("{settings:#}\n")
}
