//! `doctor`: what is there, what is missing, and what is wrong, each with what to do.

mod app;
mod check;
mod machine;
mod rust;
mod tools;

use crate::app::AppOptions;
use crate::error::Error;
use crate::output;
use check::Check;
use clap::Args;
use serde_json::json;
use std::process::ExitCode;

/// Looks at the tools, this machine and the app, and says what to do about what is missing or wrong.
///
/// The app is built, as `cargo run` builds it, so that its functions and files can be compared. What is only useful is `absent`, what
/// may be meant is a `warning`; what is `broken` keeps the app from being built or from running in Azure. Then the exit code is 1.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo mcp-trigger doctor                 the tools, and the app of this folder
  cargo mcp-trigger doctor -p weather      an app of the workspace
  cargo mcp-trigger doctor --no-build      only what can be said at once
  cargo mcp-trigger doctor --json          for scripts: .checks[] | select(.state == \"broken\")")]
pub(crate) struct Doctor {
    #[command(flatten)]
    app: AppOptions,
    /// Does not build the app, so its functions are not looked at
    #[arg(long)]
    no_build: bool,
    /// Prints the result as JSON
    #[arg(long)]
    json: bool,
}

impl Doctor {
    /// Looks at everything.
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let app = self.app.find();
        let root = app.as_ref().ok().map(|app| app.root.as_path());
        let (mut checks, others) = std::thread::scope(|scope| {
            let tools = scope.spawn(tools::checks);
            let mut checks = rust::checks(root);
            let others = machine::checks(root);
            checks.extend(tools.join().unwrap_or_default());
            (checks, others)
        });
        checks.extend(others);
        match &app {
            Ok(app) => checks.extend(app::checks(app, !self.no_build)),
            // A folder without an app is not a mistake, but a wrong name is one.
            Err(error) if self.app.package.is_some() || self.app.place.manifest_path.is_some() => {
                checks.push(Check::broken("App", "package", error.what(), error.next_step().unwrap_or_default()));
            }
            Err(error) => {
                checks.push(Check::absent("App", "package", error.what(), error.next_step().unwrap_or_default()));
            }
        }
        let is_sound = !checks.iter().any(Check::is_broken);
        if self.json {
            output::print_json(&json!({ "sound": is_sound, "checks": checks }));
        } else {
            output::print(check::text(&checks));
        }
        Ok(if is_sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
