//! local.settings.json: what `func start` needs on this machine. It is not part of the app, and not of its repository.

use super::folder::Folder;
use super::native;
use super::plan::{Draft, Source};
use super::self_hosted::Form;
use host_protocol::app_folder::{EXECUTABLE_VARIABLE, LOCAL_SETTINGS};
use host_protocol::host_json::HostJson;
use serde_json::{Map, json};

pub(super) fn plan(draft: &mut Draft, source: &Source<'_>, folder: &Folder) {
    let built = &source.executable.from_root;
    if source.form == Form::Native {
        return match &folder.local_settings {
            Some(text) => native::check_settings(draft, source, folder, text),
            None => draft.file(LOCAL_SETTINGS, None, fresh_native(source, folder)),
        };
    }
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

fn fresh_native(source: &Source<'_>, folder: &Folder) -> String {
    let mut values = Map::from_iter([("AzureWebJobsStorage".to_owned(), "UseDevelopmentStorage=true".into())]);
    values.extend(native::settings(source, folder).into_iter().map(|(name, value)| (name.to_owned(), value.into())));
    format!("{:#}\n", json!({ "IsEncrypted": false, "Values": values }))
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
