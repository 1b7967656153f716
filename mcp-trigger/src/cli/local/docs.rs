//! The documentation's words about commands: the page of reference, and every command line.

use crate::cli::help;
use crate::cli::usage::commands;
use crate::cli::{Command, handler};
use crate::identity::program;
use lexopt::Parser;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const PAGE: &str = "docs/reference/app-commands.md";

const INTRODUCTION: &str = "# Commands of an app

The program that an app is built to has these commands: `cargo run -- COMMAND` while it is written. This page is their `--help`, for a
program `my-tools`; a test writes it (`UPDATE_DOCS=1 cargo test -p mcp-trigger docs`).
";

/// The page has what `--help` prints. A packaged crate has no such page.
#[test]
fn the_page_of_commands_is_up_to_date() {
    let path = Path::new(ROOT).join(PAGE);
    let Ok(page) = fs::read_to_string(&path) else { return };
    let block = |text: String| format!("\n```text\n{}\n```\n", text.replace(&program(), "my-tools").trim_end());
    let mut wanted = INTRODUCTION.to_owned() + &block(help::text(None));
    for usage in commands() {
        wanted += &format!("\n## `{}`\n{}", usage.command, block(help::text(Some(usage))));
    }
    if std::env::var_os("UPDATE_DOCS").is_some_and(|value| value == "1") {
        fs::write(&path, &wanted).unwrap();
    } else {
        assert_eq!(page, wanted, "{PAGE} is not up to date: UPDATE_DOCS=1 cargo test -p mcp-trigger docs");
    }
}

/// Each `cargo run -- …` of the documentation is a command line that the program takes.
#[test]
fn command_lines_of_the_documentation_can_be_read() {
    let mut count = 0;
    for file in markdown_files() {
        for line in command_lines(&fs::read_to_string(&file).unwrap()) {
            let words =
                shlex::split(&line).unwrap_or_else(|| panic!("{}: `{line}` is no command line", file.display()));
            let arguments = words.iter().skip_while(|word| *word != "--").skip(1);
            let port = words.iter().any(|word| word == handler::USAGE.command).then(|| "1".into());
            if let Err(error) = Command::read(Parser::from_args(arguments), port) {
                panic!("{}: `{line}`: {error}", file.display());
            }
            count += 1;
        }
    }
    assert!(count > 10 || !Path::new(ROOT).join(PAGE).exists(), "{count} command lines are all that was found");
}

/// The README, the book and the READMEs of samples.
fn markdown_files() -> Vec<PathBuf> {
    let mut files = vec![Path::new(ROOT).join("README.md"), Path::new(ROOT).join("CONTRIBUTING.md")];
    let mut folders = vec![Path::new(ROOT).join("docs"), Path::new(ROOT).join("samples")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                files.push(path);
            }
        }
    }
    files.retain(|file| file.exists());
    files
}

/// The lines that run an app, from the blocks of commands of a text.
fn command_lines(text: &str) -> Vec<String> {
    let mut in_commands = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_commands = line.trim() == "```sh";
        } else if in_commands {
            let commands = line.trim_start_matches("$ ").split(" && ");
            lines.extend(
                commands.filter(|line| line.starts_with("cargo run ") && line.contains(" -- ")).map(str::to_owned),
            );
        }
    }
    lines
}
