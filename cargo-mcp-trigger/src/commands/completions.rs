//! `completions`: scripts by which shells complete commands and options.

use crate::error::Error;
use clap::{Args, CommandFactory as _};
use clap_complete::Shell;
use std::io::Write as _;
use std::process::ExitCode;

/// Prints the script by which a shell completes commands and options.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  cargo mcp-trigger completions bash > ~/.local/share/bash-completion/completions/cargo-mcp-trigger
  cargo mcp-trigger completions zsh > ~/.zfunc/_cargo-mcp-trigger
  cargo mcp-trigger completions fish > ~/.config/fish/completions/cargo-mcp-trigger.fish")]
pub(crate) struct Completions {
    /// The shell that reads the script
    shell: Shell,
}

impl Completions {
    /// Prints the script.
    pub(super) fn run(self) -> Result<ExitCode, Error> {
        let mut script = Vec::new();
        let mut command = crate::CommandLine::command().bin_name("cargo-mcp-trigger");
        clap_complete::generate(self.shell, &mut command, "cargo-mcp-trigger", &mut script);
        // A closed output, as behind `| head`, is not an error.
        let _ = std::io::stdout().write_all(&script);
        Ok(ExitCode::SUCCESS)
    }
}
