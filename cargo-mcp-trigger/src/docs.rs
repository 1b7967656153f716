//! The documentation's words about commands: the page of reference, and every command line.

use crate::CommandLine;
use clap::{CommandFactory as _, Parser as _};
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const PAGE: &str = "docs/reference/cargo-mcp-trigger.md";

const INTRODUCTION: &str = "# Commands of cargo mcp-trigger

The [tutorial](../tutorial/README.md#what-you-need) says how to install it. This page is its `--help`; a test writes it
(`UPDATE_DOCS=1 cargo test -p cargo-mcp-trigger docs`).
";

/// The page has what `--help` prints. A packaged crate has no such page.
#[test]
fn the_page_of_commands_is_up_to_date() {
    let path = Path::new(ROOT).join(PAGE);
    let Ok(page) = fs::read_to_string(&path) else { return };
    let mut line = CommandLine::command().term_width(100);
    line.build();
    let block = |command: &mut clap::Command| {
        let help = command.render_long_help().to_string();
        let lines: Vec<_> = help.trim_end().lines().map(str::trim_end).collect();
        format!("\n```text\n{}\n```\n", lines.join("\n"))
    };
    let mut wanted = INTRODUCTION.to_owned() + &block(&mut line);
    for command in line.get_subcommands_mut().filter(|command| !command.is_hide_set()) {
        wanted += &format!("\n## `{}`\n", command.get_name());
        wanted += &block(command);
    }
    if std::env::var_os("UPDATE_DOCS").is_some_and(|value| value == "1") {
        fs::write(&path, &wanted).unwrap();
    } else {
        assert_eq!(page, wanted, "{PAGE} is not up to date: UPDATE_DOCS=1 cargo test -p cargo-mcp-trigger docs");
    }
}

/// Each `cargo mcp-trigger …` of the documentation is a command line that the program takes.
#[test]
fn command_lines_of_the_documentation_can_be_read() {
    let (mut count, mut wrong) = (0, Vec::new());
    for file in markdown_files() {
        for line in command_lines(&fs::read_to_string(&file).unwrap()) {
            count += 1;
            // As cargo starts this program: `cargo-mcp-trigger mcp-trigger …`.
            let words = shlex::split(&line).unwrap_or_default().into_iter();
            let words = words.take_while(|word| !matches!(word.as_str(), ">" | "|")).map(Into::into);
            match CommandLine::try_parse_from(crate::arguments(words)) {
                Err(error) if error.exit_code() != 0 => wrong.push(format!("{}: `{line}`: {error}", file.display())),
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 3 || !Path::new(ROOT).join(PAGE).exists(), "{count} command lines are all that was found");
}

/// The READMEs of the repository and of this package, and the book.
fn markdown_files() -> Vec<PathBuf> {
    let mut files = vec![Path::new(ROOT).join("README.md"), Path::new(ROOT).join("cargo-mcp-trigger/README.md")];
    let mut folders = vec![Path::new(ROOT).join("docs")];
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

/// The lines with `cargo mcp-trigger`, from the blocks of commands of a text, without comments.
fn command_lines(text: &str) -> Vec<String> {
    let mut in_commands = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_commands = line.trim() == "```sh";
        } else if in_commands {
            let line = line.split(" #").next().unwrap_or_default().trim().trim_start_matches("$ ");
            lines.extend(line.split(" && ").filter(|line| line.starts_with("cargo mcp-trigger")).map(str::to_owned));
        }
    }
    lines
}
