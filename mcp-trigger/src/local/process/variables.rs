//! The variables of an app: those of the environment, and the app settings that stand in local.settings.json.

use crate::generate::LOCAL_SETTINGS;
use host_protocol::host_json::HostJson;
use serde_json::Value;
use std::ffi::{OsStr, OsString};
use std::fmt;

/// The variables that the host and its handler see. What is set in the environment wins over local.settings.json, as with
/// Core Tools.
#[derive(Clone, Default)]
pub(crate) struct Variables(Vec<(OsString, OsString)>);

impl Variables {
    /// Of several with one name the first counts.
    pub(crate) fn new(environment: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let mut variables = Variables::default();
        for (name, value) in environment {
            variables.set_default(&name, value);
        }
        variables
    }

    /// Adds the `Values` of a local.settings.json.
    ///
    /// # Errors
    ///
    /// When nobody can read it.
    pub(crate) fn add_local_settings(&mut self, text: &str) -> Result<(), String> {
        let wrong = |why: String| format!("{LOCAL_SETTINGS} cannot be read: {why}");
        // It is JSON of the same kind; what the error says of host.json besides is not for this file.
        let file = HostJson::parse(text).map_err(|error| wrong(error.reason().to_owned()))?;
        if file.get(&["IsEncrypted"]) == Some(Value::Bool(true)) {
            return Err(wrong("it is encrypted; decrypt it with `func settings decrypt`".to_owned()));
        }
        let values = match file.get(&["Values"]) {
            None | Some(Value::Null) => return Ok(()),
            Some(Value::Object(values)) => values,
            Some(_) => return Err(wrong("`Values` is no object of names and texts".to_owned())),
        };
        for (name, value) in values {
            let value = match value {
                Value::String(text) => text,
                Value::Null | Value::Array(_) | Value::Object(_) => {
                    return Err(wrong(format!("`Values.{name}` is no text; write its JSON as one string")));
                }
                other => other.to_string(),
            };
            self.set_default(&name, value);
        }
        Ok(())
    }

    /// Sets a variable that is not set.
    pub(crate) fn set_default(&mut self, name: impl AsRef<OsStr>, value: impl Into<OsString>) {
        if self.get_os(name.as_ref()).is_none() {
            self.0.push((name.as_ref().to_owned(), value.into()));
        }
    }

    /// A variable, if it is text.
    pub(crate) fn get(&self, name: &str) -> Option<String> {
        self.get_os(name.as_ref())?.to_str().map(str::to_owned)
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.0.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }

    fn get_os(&self, name: &OsStr) -> Option<&OsStr> {
        let is = |key: &OsStr| key == name || cfg!(windows) && key.eq_ignore_ascii_case(name);
        self.iter().find(|(key, _)| is(key)).map(|(_, value)| value)
    }
}

/// Settings hold secrets, and logs are no place for them.
impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variables").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(environment: &[(&str, &str)], settings: &str) -> Result<Variables, String> {
        let mut variables = Variables::new(environment.iter().map(|(name, value)| (name.into(), value.into())));
        variables.add_local_settings(settings).map(|()| variables)
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let settings =
            "\u{feff}{ // mine\n \"IsEncrypted\": false, \"Values\": {\"A\": \"file\", \"B\": \"file\", \"N\": 5,},}";
        let variables = variables(&[("A", "environment")], settings).unwrap();
        let get = |name| variables.get(name);
        assert_eq!(
            (get("A").as_deref(), get("B").as_deref(), get("N").as_deref()),
            (Some("environment"), Some("file"), Some("5"))
        );
        assert_eq!(get("C"), None);
        assert!(!format!("{variables:?}").contains("file"), "no log shows a setting");
    }

    #[test]
    fn a_file_that_says_nothing_is_fine_and_one_that_nobody_reads_is_not() {
        assert!(variables(&[], "{}").is_ok());
        for (settings, why) in [
            ("{", "cannot be read"),
            (r#"{"IsEncrypted": true, "Values": {"A": "x"}}"#, "encrypted"),
            (r#"{"Values": []}"#, "no object"),
            (r#"{"Values": {"A": {"b": 1}}}"#, "`Values.A` is no text"),
        ] {
            let error = variables(&[], settings).unwrap_err();
            assert!(error.starts_with(LOCAL_SETTINGS) && error.contains(why), "{error}");
        }
    }
}
