//! [`Settings`]: the app settings, from the environment and from local.settings.json.

mod func;

use host_protocol::app_folder::LOCAL_SETTINGS;
use host_protocol::local_settings::LocalSettings;
use mcp_trigger_core::files;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::net::IpAddr;
use std::path::Path;

/// The app settings. A variable of the environment wins over local.settings.json, as with Core Tools, unless the variable
/// is empty.
#[derive(Clone, Default)]
pub struct Settings {
    variables: Vec<(OsString, OsString)>,
    file: Option<LocalSettings>,
    /// The names in the file that are not set in the environment.
    added: Vec<String>,
    /// The names in the file whose values the environment replaces.
    replaced: Vec<String>,
}

/// The port of the host where nothing names one: that of Core Tools.
pub const PORT: u16 = 7071;

impl Settings {
    /// The settings of an environment. If a name occurs several times, its first value counts.
    pub fn new(environment: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let mut settings = Settings::default();
        for (name, value) in environment {
            settings.set_default(&name, value);
        }
        settings
    }

    /// The settings of an environment, and of the local.settings.json in a folder, if any.
    ///
    /// # Errors
    ///
    /// If the file cannot be read: what is wrong, and what to do.
    pub fn of_folder(
        folder: Option<&Path>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, String> {
        let mut settings = Settings::new(environment);
        let Some(path) = folder.map(|folder| folder.join(LOCAL_SETTINGS)) else { return Ok(settings) };
        if let Some(text) = files::read_text(&path).map_err(|error| error.to_string())? {
            settings.add(LocalSettings::parse(&text)?);
        }
        Ok(settings)
    }

    /// Adds the values of a file.
    pub fn add(&mut self, file: LocalSettings) {
        for (name, value) in &file.values {
            match self.position(name.as_ref()) {
                Some(at) if self.variables[at].1.is_empty() => self.variables[at].1 = value.into(),
                Some(at) => {
                    if self.variables[at].1 != **value {
                        self.replaced.push(name.clone());
                    }
                    continue;
                }
                None => self.variables.push((name.into(), value.into())),
            }
            self.added.push(name.clone());
        }
        self.file = Some(file);
    }

    /// The variables that come from the file.
    pub fn added(&self) -> impl Iterator<Item = (&str, String)> {
        self.added.iter().filter_map(|name| Some((name.as_str(), self.get(name)?)))
    }

    /// Sets a variable that is not set.
    pub fn set_default(&mut self, name: impl AsRef<OsStr>, value: impl Into<OsString>) {
        if self.position(name.as_ref()).is_none() {
            self.variables.push((name.as_ref().to_owned(), value.into()));
        }
    }

    /// The value of a setting, if it is text.
    pub fn get(&self, name: &str) -> Option<String> {
        self.variables[self.position(name.as_ref())?].1.to_str().map(str::to_owned)
    }

    /// The place of a setting, or of the settings that begin with it (`NAME__…`), for messages.
    pub fn place(&self, name: &str) -> &'static str {
        let is_of = |key: &str| key == name || key.strip_prefix(name).is_some_and(|rest| rest.starts_with("__"));
        let stands = |key: &str, value: &str| is_of(key) && self.get(key).as_deref() == Some(value);
        let values = self.file.iter().flat_map(|file| &file.values);
        if values.into_iter().any(|(key, value)| stands(key, value)) { LOCAL_SETTINGS } else { "the environment" }
    }

    /// All variables.
    pub fn iter(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.variables.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()))
    }

    /// Whether a variable of the environment is set, and not empty.
    fn is_set(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !value.is_empty())
    }

    /// The port for the host, from the file. Default: [`PORT`].
    pub fn port(&self) -> Option<u16> {
        self.file.as_ref()?.port
    }

    /// The address for the host, from the file.
    pub fn address(&self) -> Option<IpAddr> {
        self.file.as_ref()?.address
    }

    /// The origins whose pages may send requests, from the file. `*` stands for all.
    pub fn origins(&self) -> &[String] {
        self.file.as_ref().map_or(&[], |file| &file.origins)
    }

    /// Whether pages of these origins may send credentials, from the file.
    pub fn credentials(&self) -> bool {
        self.file.as_ref().is_some_and(|file| file.credentials)
    }

    /// A summary of the file, in one line. `None` without a file.
    pub fn summary(&self) -> Option<String> {
        let file = self.file.as_ref()?;
        let count = file.values.len();
        let values = if count == 1 { "value" } else { "values" };
        Some(match &*self.replaced {
            [] => format!("{count} {values} of {LOCAL_SETTINGS}"),
            replaced => {
                format!("{count} {values} of {LOCAL_SETTINGS}; the environment wins for {}", replaced.join(", "))
            }
        })
    }

    /// The parts of the file that are ignored, and why.
    pub fn notes(&self) -> &[String] {
        self.file.as_ref().map_or(&[], |file| &file.notes)
    }

    fn position(&self, name: &OsStr) -> Option<usize> {
        let is = |key: &OsStr| key == name || cfg!(windows) && key.eq_ignore_ascii_case(name);
        self.variables.iter().position(|(key, _)| is(key))
    }
}

/// Settings hold secrets, which stay out of logs.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The settings of these variables and the text of a local.settings.json.
    pub(crate) fn settings(environment: &[(&str, &str)], file: Option<&str>) -> Settings {
        let mut settings = Settings::new(environment.iter().map(|(name, value)| (name.into(), value.into())));
        if let Some(file) = file {
            settings.add(LocalSettings::parse(file).unwrap());
        }
        settings
    }

    #[test]
    fn the_environment_wins_unless_it_is_empty() {
        let file = "\u{feff}{ // mine\n \"IsEncrypted\": false, \"Values\": {\"A\": \"file\", \"B\": \"file\", \"C\": \"file\",},}";
        let settings = settings(&[("A", "environment"), ("B", ""), ("E", "")], Some(file));
        let get = |name| settings.get(name);
        assert_eq!(get("A").as_deref(), Some("environment"));
        assert_eq!((get("B").as_deref(), get("C").as_deref()), (Some("file"), Some("file")));
        assert_eq!((get("E").as_deref(), get("D")), (Some(""), None));
        assert_eq!((settings.place("A"), settings.place("B")), ("the environment", LOCAL_SETTINGS));
        let summary = settings.summary().unwrap();
        assert_eq!(summary, "3 values of local.settings.json; the environment wins for A");
        assert!(!format!("{settings:?}").contains("file"), "no log shows a setting");
    }

    #[test]
    fn connection_strings_are_settings_of_their_own() {
        let file = r#"{"ConnectionStrings": {"Db": "text", "Sql": {"ConnectionString": "object", "ProviderName": "p"}},
            "Values": {"Storage__accountName": "a"}}"#;
        let settings = settings(&[], Some(file));
        assert_eq!(settings.get("ConnectionStrings:Db").as_deref(), Some("text"));
        assert_eq!(settings.get("ConnectionStrings:Sql").as_deref(), Some("object"));
        assert_eq!((settings.place("Storage"), settings.place("Stor")), (LOCAL_SETTINGS, "the environment"));
    }
}
