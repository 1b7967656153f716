//! `cargo mcp-trigger`: MCP servers on Azure Functions in Rust, from nothing to a deployed app.
//!
//! Each command is a module of `commands`. Below them stand `client` (an MCP client), `build` (what cargo builds), `app`
//! (the app that is meant), `output` (the terminal) and `error`.

mod app;
mod build;
mod child;
mod client;
mod commands;
#[cfg(test)]
mod docs;
mod error;
mod folder;
mod generated;
mod keys;
mod output;
mod template;

use clap::Parser;
use clap::error::{ContextKind, ContextValue};
use commands::Command;
use std::ffi::OsString;
use std::process::ExitCode;

/// The commands of an app (docs/reference/app-commands.md) that this program has not.
const OF_APPS: [&str; 6] = ["generate", "handler", "host", "keys", "serve", "stdio"];

/// MCP servers on Azure Functions in Rust.
#[derive(Debug, Parser)]
#[command(
    name = "cargo mcp-trigger",
    bin_name = "cargo mcp-trigger",
    version,
    max_term_width = output::WIDEST,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let line = CommandLine::try_parse_from(arguments(std::env::args_os()));
    match line.unwrap_or_else(|error| with_tip(error).exit()).command.run() {
        Ok(code) => code,
        Err(error) => {
            output::complain(&error);
            error.exit_code()
        }
    }
}

/// The error of the command line. A command that only the app itself has is answered with how to run it.
fn with_tip(mut error: clap::Error) -> clap::Error {
    if let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand)
        && OF_APPS.contains(&name.as_str())
    {
        let tip = format!("the app itself has this command: `cargo run -q -- {name}`");
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
}

/// The arguments as they are without cargo, which starts `cargo-mcp-trigger mcp-trigger …` for `cargo mcp-trigger …`.
fn arguments(mut given: impl Iterator<Item = OsString>) -> impl Iterator<Item = OsString> {
    let program = given.next();
    let mut rest = given.peekable();
    rest.next_if(|first| first == "mcp-trigger");
    program.into_iter().chain(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_sound() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn the_argument_of_cargo_is_skipped_once() {
        let read = |given: &[&str]| arguments(given.iter().map(OsString::from)).collect::<Vec<_>>();
        assert_eq!(
            read(&["cargo-mcp-trigger", "mcp-trigger", "new", "mcp-trigger"]),
            ["cargo-mcp-trigger", "new", "mcp-trigger"]
        );
        assert_eq!(read(&["cargo-mcp-trigger", "new"]), ["cargo-mcp-trigger", "new"]);
        assert!(read(&[]).is_empty());
    }

    #[test]
    fn a_command_of_apps_is_answered_with_how_to_run_it() {
        let message = |name| {
            let error = CommandLine::try_parse_from(["cargo-mcp-trigger", name]).unwrap_err();
            with_tip(error).to_string()
        };
        assert!(message("stdio").contains("tip: the app itself has this command: `cargo run -q -- stdio`"));
        assert!(!message("nwe").contains("cargo run"), "{}", message("nwe"));
    }

    #[test]
    fn help_fits_the_terminal_and_ends_with_examples() {
        let mut line = CommandLine::command();
        line.build();
        for command in line.get_subcommands_mut() {
            let (name, help) = (command.get_name().to_owned(), command.render_long_help().to_string());
            assert!(help.contains("\nExamples:\n"), "`{name} --help` has no examples");
            let long: Vec<_> = help.lines().filter(|line| line.chars().count() > output::WIDEST).collect();
            assert_eq!(long, [""; 0], "`{name} --help`");
        }
    }
}
