//! `extensions.mcp.system.webhookAuthorizationLevel`: whether clients of the endpoint need a key.

use super::AppError;
use super::read::{place, read_host_json, read_text};
use crate::settings::Settings;
use host_protocol::app_folder::HOST_JSON;
use host_protocol::host_json::{HostJson, WEBHOOK_LEVEL};
use serde_json::Value;
use std::path::Path;

/// The level in host.json, if the file has one.
pub(super) fn level(file: &HostJson) -> Option<Value> {
    file.get(&WEBHOOK_LEVEL)
}

/// Whether the level in a folder's host.json, or in the app settings, is `Anonymous`.
pub(super) fn of_folder(root: Option<&Path>, settings: &Settings) -> Result<bool, AppError> {
    let text = root.map(|root| read_text(&root.join(HOST_JSON))).transpose()?.flatten();
    let file = read_host_json(text.as_deref().unwrap_or("{}"), settings)?;
    is_anonymous(level(&file).as_ref(), settings)
}

/// Whether a level is `Anonymous`.
pub(super) fn is_anonymous(level: Option<&Value>, settings: &Settings) -> Result<bool, AppError> {
    let text = match level {
        None | Some(Value::Null) => return Ok(false),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    match text.trim() {
        level if level.eq_ignore_ascii_case("Anonymous") => Ok(true),
        level if level.is_empty() || level.eq_ignore_ascii_case("System") => Ok(false),
        level => Err(AppError::new(format!(
            "{} is `{level}`; write `System`, for clients with a key, or `Anonymous`, for all",
            place(&WEBHOOK_LEVEL.join("."), settings)
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::tests::settings;
    use crate::test_folder::TestFolder;

    fn opened(host_json: &str, variable: Option<&str>) -> Result<bool, String> {
        let folder = TestFolder::new();
        folder.write("host.json", host_json);
        let name = "AzureFunctionsJobHost__extensions__mcp__system__webhookAuthorizationLevel";
        let variables: Vec<_> = variable.iter().map(|value| (name, *value)).collect();
        of_folder(Some(folder.path()), &settings(&variables, None)).map_err(|error| error.to_string())
    }

    fn host_json(level: &str) -> String {
        format!(
            r#"{{"version": "2.0", "extensions": {{"mcp": {{"system": {{"webhookAuthorizationLevel": {level}}}}}}}}}"#
        )
    }

    #[test]
    fn only_the_word_anonymous_opens_the_endpoint() {
        for level in [r#""Anonymous""#, r#""anonymous""#] {
            assert_eq!(opened(&host_json(level), None), Ok(true), "{level}");
        }
        for level in [r#""System""#, r#""""#, "null"] {
            assert_eq!(opened(&host_json(level), None), Ok(false), "{level}");
        }
        assert_eq!(opened("{}", None), Ok(false));
        assert_eq!(of_folder(None, &Settings::default()), Ok(false));
        assert_eq!(of_folder(Some(Path::new("no")), &Settings::default()), Ok(false));
    }

    #[test]
    fn other_levels_are_errors() {
        let message = opened(&host_json(r#""Function""#), None).unwrap_err();
        assert!(message.contains("webhookAuthorizationLevel is `Function`; write `System`"), "{message}");
        assert!(opened(&host_json("1"), None).is_err());
        assert!(opened("{", None).unwrap_err().contains("host.json"));
        let message = opened("{}", Some("Function")).unwrap_err();
        assert!(message.contains("set by AzureFunctionsJobHost__extensions"), "{message}");
    }

    #[test]
    fn the_environment_wins() {
        assert_eq!(opened(&host_json(r#""Anonymous""#), Some("System")), Ok(false));
        assert_eq!(opened(&host_json(r#""Anonymous""#), Some("")), Ok(false));
        assert_eq!(opened("{}", Some("Anonymous")), Ok(true));
    }
}
