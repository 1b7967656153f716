//! The native form: the host starts the app as a language worker, which names its functions itself.
//!
//! In Azure the platform brings the configuration of the worker, and the program has to be called `app`. A host of one's own finds the
//! configuration by a setting. It is the mark of the form, too.

use super::folder::Folder;
use super::plan::{Action, Draft, Source};
use host_protocol::app_folder::{HOST_JSON, LOCAL_SETTINGS};
use host_protocol::host_json::HostJson;
use serde_json::{Value, json};

/// The configuration of the worker, for hosts of one's own.
pub(super) const WORKER_CONFIG: &str = "worker/worker.config.json";
/// The folder of the configuration.
const FOLDER: &str = "worker";
/// The name of the program in the package (native-worker.md: the platform starts no other).
const EXECUTABLE: &str = "app";
/// The language, as settings of the host have it.
pub(super) const LANGUAGE: &str = "rust";
/// The setting that replaces the program of the configuration.
pub(crate) const EXECUTABLE_SETTING: &str = "languageWorkers__rust__defaultExecutablePath";

/// Whether a folder was generated in the form.
pub(super) fn is_marked(folder: &Folder) -> bool {
    let language = |text: &String| HostJson::parse(text).ok()?.get_text(&["description", "language"]);
    folder.worker_config.as_ref().and_then(language).is_some_and(|language| language == LANGUAGE)
}

/// Takes out of host.json what makes an app a custom handler, and returns the name of the executable in the package.
pub(super) fn set(draft: &mut Draft, source: &Source<'_>, file: &mut HostJson) -> String {
    if let Some(other) = source.bin.filter(|bin| *bin != EXECUTABLE) {
        draft.refuse(format!(
            "--bin: the platform starts a native app by the name `{EXECUTABLE}` only, and not by `{other}`; leave the option out"
        ));
    }
    if file.get(&["customHandler"]).is_some() {
        file.remove(&["customHandler"]);
        draft.warn(format!(
            "{HOST_JSON}: customHandler goes, for the host would start the app as one; to have it back, run `generate` without --native"
        ));
    }
    EXECUTABLE.to_owned()
}

/// Plans the configuration of the worker, or takes it away where another form has no use for it.
pub(super) fn plan_config(draft: &mut Draft, folder: &Folder, is_native: bool) {
    if is_native {
        let description = json!({
            "language": LANGUAGE,
            // Where the files of an app lie in the platform's images.
            "defaultExecutablePath": format!("/home/site/wwwroot/{EXECUTABLE}"),
            "workerIndexing": "true",
        });
        let text = format!("{:#}\n", json!({ "description": description }));
        draft.file(WORKER_CONFIG, folder.worker_config.as_deref(), text);
    } else if let Some(old) = folder.worker_config.as_ref().filter(|_| is_marked(folder)) {
        draft.change(WORKER_CONFIG, Action::Remove { old: old.clone() });
    }
}

/// The settings by which a host on this machine finds the worker.
pub(super) fn settings(source: &Source<'_>, folder: &Folder) -> Vec<(&'static str, String)> {
    // Older hosts want the whole path.
    let worker = folder.path.join(FOLDER);
    let worker = std::path::absolute(&worker).unwrap_or(worker);
    vec![
        ("FUNCTIONS_WORKER_RUNTIME", LANGUAGE.to_owned()),
        ("AzureWebJobsFeatureFlags", "EnableWorkerIndexing".to_owned()),
        ("languageWorkers__rust__workerDirectory", worker.to_string_lossy().into_owned()),
        (EXECUTABLE_SETTING, source.executable.from_root.clone()),
    ]
}

/// Tells which settings are missing in local.settings.json, which is the user's.
pub(super) fn check_settings(draft: &mut Draft, source: &Source<'_>, folder: &Folder, text: &str) {
    let file = HostJson::parse(text).ok();
    let is_set = |name: &str, value: &str| {
        let set = file.as_ref().and_then(|file| file.get(&["Values", name]));
        // The path of the program may be another one.
        set.is_some_and(|set| name == EXECUTABLE_SETTING || set == value)
    };
    let missing: Vec<_> = settings(source, folder)
        .into_iter()
        .filter(|(name, value)| !is_set(name, value))
        .map(|(name, value)| format!("{}: {}", Value::from(name), Value::from(value)))
        .collect();
    if !missing.is_empty() {
        draft.warn(format!(
            "{LOCAL_SETTINGS}: for `func start` the \"Values\" of a native app need {}",
            missing.join(", ")
        ));
    }
}
