//! The settings that `func start` refuses, and the local host takes. They are shown, so that an app that runs here runs
//! there.

use super::Settings;
use host_protocol::app_folder::LOCAL_SETTINGS;
use mcp_trigger_core::storage::Account;

/// Variables that Core Tools set. They fail if the file sets one too.
const OWN: [&str; 2] = ["WEBSITE_HOSTNAME", "AZURE_FUNCTIONS_ENVIRONMENT"];
const RUNTIME: &str = "FUNCTIONS_WORKER_RUNTIME";
const STORAGE: &str = "AzureWebJobsStorage";

impl Settings {
    /// The reasons why `func start` would not start an app with these settings. `with_storage`: the app has triggers
    /// other than HTTP.
    pub fn refused_by_func(&self, with_storage: bool) -> Vec<String> {
        let mut refused = Vec::new();
        let mut say = |why: String| refused.push(format!("{LOCAL_SETTINGS}: {why}"));
        match &self.file {
            None if !self.is_set(RUNTIME) => {
                say(format!(
                    "it is missing, so `func start` asks which runtime it is for; `generate` writes it, or set {RUNTIME}=custom"
                ));
                return refused;
            }
            None => {}
            Some(file) => {
                if !file.says_encryption {
                    say("`IsEncrypted` is missing, which is true to `func start`, and it ends; write `\"IsEncrypted\": false`".to_owned());
                }
                for name in OWN.into_iter().filter(|name| file.value(name).is_some()) {
                    say(format!(
                        "`func start` sets {name} itself, and ends where the file has it too; remove it from `Values`"
                    ));
                }
                if !self.is_set(RUNTIME) {
                    say(format!(
                        "{RUNTIME} is missing, so `func start` asks for it; write `\"{RUNTIME}\": \"custom\"` into `Values`"
                    ));
                }
            }
        }
        if with_storage && Account::find(STORAGE, &|name| self.get(name)).is_none() {
            say(format!(
                "{STORAGE} is missing or empty, and `func start` ends; for Azurite write `\"{STORAGE}\": \"UseDevelopmentStorage=true\"` into `Values`"
            ));
        }
        refused
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::settings;

    fn refused(environment: &[(&str, &str)], file: Option<&str>) -> String {
        settings(environment, file).refused_by_func(true).join("\n")
    }

    #[test]
    fn what_generate_writes_is_fine() {
        let file = r#"{"IsEncrypted": false, "Values": {"FUNCTIONS_WORKER_RUNTIME": "custom", "AzureWebJobsStorage": "UseDevelopmentStorage=true"}}"#;
        assert_eq!(refused(&[], Some(file)), "");
        let shell = [("FUNCTIONS_WORKER_RUNTIME", "custom"), ("AzureWebJobsStorage__accountName", "a")];
        assert_eq!(refused(&shell, None), "");
        assert_eq!(
            refused(&shell[..1], Some(r#"{"IsEncrypted": false, "ConnectionStrings": {"AzureWebJobsStorage": "x"}}"#)),
            ""
        );
    }

    #[test]
    fn each_reason_is_said_with_what_to_write() {
        assert!(refused(&[], None).contains("it is missing, so `func start` asks"));
        let all = refused(
            &[],
            Some(
                r#"{"Values": {"WEBSITE_HOSTNAME": "x", "AZURE_FUNCTIONS_ENVIRONMENT": "Development", "AzureWebJobsStorage": ""}}"#,
            ),
        );
        for part in [
            "`\"IsEncrypted\": false`",
            "WEBSITE_HOSTNAME itself",
            "AZURE_FUNCTIONS_ENVIRONMENT itself",
            "\"custom\"",
            "AzureWebJobsStorage is missing or empty",
        ] {
            assert!(all.contains(part), "{part} in {all}");
        }
        assert_eq!(all.lines().count(), 5, "{all}");
        assert_eq!(
            settings(&[("FUNCTIONS_WORKER_RUNTIME", "custom")], None).refused_by_func(false),
            [""; 0],
            "HTTP alone needs no storage"
        );
    }
}
