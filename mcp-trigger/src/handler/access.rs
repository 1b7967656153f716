//! Contradictions between the app and the files of its folder about who lets clients in. The folder may be older than the program, or
//! edited by hand; then clients meet the refusals of a host that says nothing in its log.

use crate::hosted::app_folder;
use crate::identity::program;
use crate::server::FUNCTION;
use host_protocol::FunctionJson;
use host_protocol::app_folder::{FUNCTION_JSON, HOST_JSON};
use host_protocol::function_json::AuthLevel;
use host_protocol::host_json::{HostJson, WEBHOOK_LEVEL};
use mcp_trigger_core::{files, task};
use std::path::Path;

/// Warns of contradictions, on a thread of its own: the folder may be on a network share. `is_built_in` is whether the app leaves
/// sign-in to App Service authentication, and `is_on` whether that is switched on.
pub(super) fn warn(is_built_in: bool, is_on: bool) {
    drop(task::spawn_blocking(move || {
        let level = std::env::var(format!("AzureFunctionsJobHost__{}", WEBHOOK_LEVEL.join("__"))).ok();
        for contradiction in contradictions(&app_folder(), level, is_built_in, is_on) {
            tracing::warn!("{contradiction}");
        }
    }));
}

/// The contradictions of a folder, whose level an app setting may change.
fn contradictions(root: &Path, setting: Option<String>, is_built_in: bool, is_on: bool) -> Vec<String> {
    let read = |path: &Path| files::read_text(path).ok().flatten();
    let host_json = read(&root.join(HOST_JSON)).and_then(|text| HostJson::parse(&text).ok());
    let level = setting.or_else(|| host_json?.get(&WEBHOOK_LEVEL)?.as_str().map(str::to_owned));
    let is_open = level.is_some_and(|level| level.trim().eq_ignore_ascii_case("Anonymous"));
    let function = read(&root.join(FUNCTION).join(FUNCTION_JSON));
    let function = function.and_then(|text| FunctionJson::parse(&text).ok());
    // Without a level the host asks for a key (`function`).
    let wants_key = function.as_ref().and_then(FunctionJson::trigger).is_some_and(|trigger| {
        let level = trigger.get("authLevel").and_then(|level| AuthLevel::parse(level.as_str()?));
        level != Some(AuthLevel::Anonymous)
    });
    let level = WEBHOOK_LEVEL.join(".");
    let generate = format!("run `{} generate`, and deploy the app again", program());
    let mut found = Vec::new();
    if is_built_in && !is_open {
        found.push(format!(
            "clients that have signed in are refused at /runtime/webhooks/mcp (401), for the host asks for its key too: host.json lacks \
             {level} = `Anonymous`; {generate}"
        ));
    }
    if is_built_in && wants_key {
        found.push(format!(
            "clients that have signed in are refused at /mcp (401), for the host asks for its key too: {FUNCTION}/{FUNCTION_JSON} is older \
             than `Authentication::BuiltIn`; {generate}"
        ));
    }
    if !is_built_in && is_open && !is_on {
        found.push(format!(
            "everybody may call the functions at /runtime/webhooks/mcp: {level} is `Anonymous`, and App Service authentication is off; set it \
             to `System`, or let `App::authentication` see to it"
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::TestFolder;

    fn found(
        host_json: &str,
        function_json: &str,
        setting: Option<&str>,
        is_built_in: bool,
        is_on: bool,
    ) -> Vec<String> {
        let folder = TestFolder::new();
        folder.write("host.json", host_json);
        folder.write("mcp/function.json", function_json);
        contradictions(folder.path(), setting.map(str::to_owned), is_built_in, is_on)
    }

    const OPEN: &str = r#"{"extensions": {"mcp": {"system": {"webhookAuthorizationLevel": "Anonymous"}}}}"#;
    const WANTS_KEY: &str =
        r#"{"bindings": [{"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "function"}]}"#;
    const ANONYMOUS: &str =
        r#"{"bindings": [{"type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "anonymous"}]}"#;

    #[test]
    fn the_files_of_generate_contradict_nobody() {
        assert_eq!(found(OPEN, ANONYMOUS, None, true, true), [""; 0]);
        assert_eq!(found("{}", WANTS_KEY, None, false, false), [""; 0]);
        assert_eq!(found(OPEN, WANTS_KEY, None, false, true), [""; 0], "the sign-in is set up by hand");
    }

    #[test]
    fn older_files_are_told() {
        let both = found("{}", WANTS_KEY, None, true, true);
        assert!(both.len() == 2 && both[0].contains("webhooks/mcp") && both[1].contains("at /mcp"), "{both:?}");
        assert_eq!(found(OPEN, ANONYMOUS, Some("System"), true, true).len(), 1, "the setting wins");
        let open = found(OPEN, WANTS_KEY, None, false, false);
        assert!(open.len() == 1 && open[0].contains("everybody"), "{open:?}");
    }
}
