//! Builds of an app's program with cargo.

use crate::app::App;
use crate::error::Error;
use cargo_metadata::{Message, TargetKind};
use clap::Args;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// The options of a command line that say how an app is built. They are those of `cargo build`.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Options of cargo build")]
pub(crate) struct BuildOptions {
    /// Builds with the profile `release`
    #[arg(short, long, conflicts_with = "profile")]
    pub(crate) release: bool,
    /// Builds with this profile
    #[arg(long, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Builds for this target, such as `x86_64-unknown-linux-musl`
    #[arg(long, value_name = "TRIPLE")]
    pub(crate) target: Option<String>,
    /// The features to have, separated by commas
    #[arg(short = 'F', long, value_name = "FEATURES", value_delimiter = ',')]
    pub(crate) features: Vec<String>,
    /// Leaves the default features out
    #[arg(long)]
    pub(crate) no_default_features: bool,
    /// Builds without the network
    #[arg(long)]
    pub(crate) offline: bool,
    /// Builds with the versions of Cargo.lock, and no others
    #[arg(long)]
    pub(crate) locked: bool,
}

/// The program that cargo is: the one that has started this program, else that of `PATH`.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

impl BuildOptions {
    /// Builds the program of an app. Cargo's progress and the compiler's messages go to standard error, as cargo shows them. Gives the
    /// path of the program.
    ///
    /// # Errors
    ///
    /// If cargo cannot be started, or the app is not built.
    pub(crate) fn build(&self, app: &App) -> Result<PathBuf, Error> {
        self.build_by("build", app)
    }

    /// Like [`build`](BuildOptions::build), by another command of cargo, such as `zigbuild`.
    ///
    /// # Errors
    ///
    /// If cargo cannot be started, or the app is not built.
    pub(crate) fn build_by(&self, subcommand: &str, app: &App) -> Result<PathBuf, Error> {
        run(self.command(subcommand, app), app)
    }

    /// The command that builds the program of an app. Its standard output has the messages that [`program_of`] reads.
    pub(crate) fn command(&self, subcommand: &str, app: &App) -> Command {
        let mut cargo = Command::new(cargo());
        cargo.args([subcommand, "--message-format=json-render-diagnostics", "--bin", &app.bin, "--manifest-path"]);
        cargo.arg(&app.manifest).args(self.arguments());
        cargo.stdin(Stdio::null()).stdout(Stdio::piped());
        cargo
    }

    /// The options as arguments of cargo.
    fn arguments(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        let flags = [
            (self.release, "--release"),
            (self.no_default_features, "--no-default-features"),
            (self.offline, "--offline"),
            (self.locked, "--locked"),
        ];
        arguments.extend(flags.into_iter().filter(|(is_set, _)| *is_set).map(|(_, flag)| flag.to_owned()));
        let features = Some(self.features.join(",")).filter(|features| !features.is_empty());
        for (option, value) in [("--profile", &self.profile), ("--target", &self.target), ("--features", &features)] {
            arguments.extend(value.iter().flat_map(|value| [option.to_owned(), value.clone()]));
        }
        arguments
    }
}

/// Runs a [command](BuildOptions::command) that builds the program of an app. Gives the path of the program.
///
/// # Errors
///
/// If cargo cannot be started, or the app is not built.
pub(crate) fn run(mut cargo: Command, app: &App) -> Result<PathBuf, Error> {
    let mut child = cargo.spawn().map_err(not_started)?;
    let lines = child.stdout.take().map(BufReader::new).into_iter().flat_map(BufRead::lines);
    let program = lines.map_while(Result::ok).filter_map(|line| program_of(&line, app)).last();
    let status = child.wait().map_err(not_started)?;
    match (status.success(), program) {
        (true, Some(program)) => Ok(program),
        (true, None) => Err(Error::new(format!("cargo built no program `{}`", app.bin))),
        (false, _) => Err(not_built(app)),
    }
}

/// The path of the app's program, if a line of cargo's output tells it.
pub(crate) fn program_of(line: &str, app: &App) -> Option<PathBuf> {
    match serde_json::from_str(line).ok()? {
        Message::CompilerArtifact(artifact) => {
            let is_it = artifact.target.kind.contains(&TargetKind::Bin) && artifact.target.name == app.bin;
            artifact.executable.filter(|_| is_it).map(Into::into)
        }
        _ => None,
    }
}

/// Cargo has told the reason already.
pub(crate) fn not_built(app: &App) -> Error {
    Error::new(format!("the app `{}` was not built", app.package)).next("mend the errors above")
}

/// Cargo does not run.
pub(crate) fn not_started(error: std::io::Error) -> Error {
    Error::new("cannot run cargo").why(error).next("install Rust: https://rustup.rs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_those_of_cargo() {
        let options = BuildOptions {
            release: true,
            target: Some("x86_64-unknown-linux-musl".to_owned()),
            features: vec!["a".to_owned(), "b".to_owned()],
            no_default_features: true,
            ..BuildOptions::default()
        };
        let expected = "--release --no-default-features --target x86_64-unknown-linux-musl --features a,b";
        assert_eq!(options.arguments().join(" "), expected);
        assert!(BuildOptions::default().arguments().is_empty());
    }
}
