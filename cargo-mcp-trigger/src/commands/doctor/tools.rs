//! The tools of Azure.

use super::check::Check;
use super::rust::numbers;
use crate::child;
use std::process::Command;

const AREA: &str = "Azure tools";

/// A tool that tells its version.
struct Tool {
    name: &'static str,
    arguments: &'static [&'static str],
    /// The version in its output.
    version: fn(&str) -> Option<String>,
    /// The purpose of the tool.
    purpose: &'static str,
    installation: &'static str,
}

const FUNC: Tool = Tool {
    name: "func",
    arguments: &["--version"],
    version: first_line,
    purpose: "the Functions host on this machine, and `publish`",
    installation: child::FUNC_INSTALLATION,
};
const AZURITE: Tool = Tool {
    name: "azurite",
    arguments: &["--version"],
    version: first_line,
    purpose: "a storage account on this machine, for `func start`",
    installation: "npm install --global azurite",
};
const AZ: Tool = Tool {
    name: "az",
    arguments: &["version", "--output", "json"],
    version: of_az,
    purpose: "`publish`, and keys",
    installation: child::AZ_INSTALLATION,
};
const AZD: Tool = Tool {
    name: "azd",
    arguments: &["version"],
    version: of_azd,
    purpose: "all that the app needs in Azure: `azd up`",
    installation: child::AZD_INSTALLATION,
};

/// The checks of all tools. None of them is needed for an app on this machine.
pub(super) fn checks() -> Vec<Check> {
    std::thread::scope(|scope| {
        let checks = [FUNC, AZURITE, AZ, AZD].map(|tool| scope.spawn(move || tool.check()));
        checks.into_iter().filter_map(|check| check.join().ok()).collect()
    })
}

impl Tool {
    fn check(&self) -> Check {
        let Some(path) = child::find(self.name) else {
            return Check::absent(AREA, self.name, format!("not installed: {}", self.purpose), self.installation);
        };
        let again = format!("`{} {}` shows the same; else {}", self.name, self.arguments.join(" "), self.installation);
        let output = match child::capture(Command::new(path).args(self.arguments), child::SHORT) {
            Ok(output) => output,
            Err(failure) => return Check::warning(AREA, self.name, failure.to_string(), again),
        };
        match (self.version)(&output.stdout).filter(|_| output.status.success()) {
            Some(version) => self.judge(version),
            None => {
                Check::warning(AREA, self.name, format!("it does not tell its version: {}", output.last_line()), again)
            }
        }
    }

    fn judge(&self, version: String) -> Check {
        if self.name != FUNC.name {
            return Check::ok(AREA, self.name, version);
        }
        match numbers(&version) {
            Some((5.., _)) => Check::warning(
                AREA,
                self.name,
                format!("{version} has no custom handlers, so it runs no app in Rust"),
                self.installation,
            ),
            Some(known) if known < (4, 14) => Check::warning(
                AREA,
                self.name,
                format!("{version} is older than 4.14, and `func start` lets other machines reach the app"),
                self.installation,
            ),
            _ => Check::ok(AREA, self.name, version),
        }
    }
}

fn first_line(output: &str) -> Option<String> {
    output.lines().map(str::trim).find(|line| numbers(line).is_some()).map(str::to_owned)
}

fn of_az(output: &str) -> Option<String> {
    let versions: serde_json::Value = serde_json::from_str(output).ok()?;
    versions["azure-cli"].as_str().map(str::to_owned)
}

/// `azd version 1.11.0 (commit …)`.
fn of_azd(output: &str) -> Option<String> {
    output.split_whitespace().find(|word| numbers(word).is_some()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::check::State;
    use super::*;

    #[test]
    fn versions_are_found_in_what_tools_say() {
        assert_eq!(first_line("4.14.0\n").as_deref(), Some("4.14.0"));
        assert_eq!(first_line("a notice\n4.14.0\n").as_deref(), Some("4.14.0"));
        assert_eq!(of_az("{\"azure-cli\": \"2.80.0\", \"extensions\": {}}").as_deref(), Some("2.80.0"));
        assert_eq!(of_azd("azd version 1.22.1 (commit abc)\n").as_deref(), Some("1.22.1"));
        assert_eq!(first_line("command not found"), None);
    }

    #[test]
    fn func_has_to_have_custom_handlers_and_to_stay_on_loopback() {
        let state = |version: &str| FUNC.judge(version.to_owned()).state;
        assert_eq!(["4.14.0", "4.99.1"].map(state), [State::Ok; 2]);
        assert_eq!(["4.0.7030", "4.13.9", "3.0.1", "5.0.0-preview.3"].map(state), [State::Warning; 4]);
    }
}
