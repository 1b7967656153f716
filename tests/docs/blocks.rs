//! Blocks of code in the README and in the book.

use crate::markdown::{blocks, pages, root};

/// Languages that nothing here reads: texts, other languages beside their Rust, and files of other programs.
const UNREAD: [&str; 8] = ["bicep", "csharp", "python", "text", "toml", "typescript", "xml", "yaml"];

/// The programs of command lines.
const PROGRAMS: [&str; 18] = [
    "az", "azd", "cargo", "cd", "claude", "code", "cp", "curl", "docker", "export", "func", "git", "ls", "npm", "npx",
    "objdump", "pip", "rustup",
];

/// The commands of cargo; `tests` of `cargo-mcp-trigger` and of `mcp-trigger` read what follows `mcp-trigger` and `run --`.
const CARGO: [&str; 11] =
    ["add", "bench", "build", "doc", "fetch", "install", "mcp-trigger", "new", "run", "test", "zigbuild"];

/// A block that starts an app would wait for Ctrl-C for ever, and one that is not compiled will be wrong some day.
#[test]
fn rust_is_compiled_and_apps_are_not_started() {
    let compiled = std::fs::read_to_string(root().join("tests/src/docs.rs")).unwrap();
    for (page, text) in pages() {
        let mut has_rust = false;
        for block in blocks(&text).filter(|block| block.language() == "rust") {
            has_rust = true;
            let line = block.line;
            assert!(!block.words.contains(&"ignore"), "{page}:{line}: `ignore`d code is not compiled");
            let starts = block.code.contains("fn main() -> ExitCode")
                || block.code.contains("fn main() -> mcp_trigger::ExitCode");
            assert!(
                !starts || block.words.contains(&"no_run"),
                "{page}:{line}: write ```rust,no_run: it starts an app"
            );
        }
        let is_listed = compiled.contains(&format!("\"{page}\""));
        assert!(!has_rust || is_listed, "{page} has Rust: name the page in tests/src/docs.rs");
    }
}

/// Rustdoc takes a block without a language for Rust.
#[test]
fn each_block_has_a_language_and_is_what_it_says() {
    let (mut json, mut command_lines, mut wrong) = (0, 0, Vec::new());
    for (page, text) in pages() {
        for block in blocks(&text) {
            let mut complain = |what: String| wrong.push(format!("{page}:{}: {what}", block.line));
            match block.language() {
                "rust" => {}
                "json" => {
                    json += 1;
                    if let Err(error) = serde_json::from_str::<serde_json::Value>(&block.code) {
                        complain(error.to_string());
                    }
                }
                "sh" => {
                    for command in commands(&block.code) {
                        command_lines += 1;
                        if !is_known(&command) {
                            complain(format!("no program or command that is known: `{command}`"));
                        }
                    }
                }
                "" => complain("say what language it is, `text` if none".to_owned()),
                language if UNREAD.contains(&language) => {}
                language => complain(format!("`{language}` is not known")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        json > 5 && command_lines > 20,
        "{json} blocks of JSON and {command_lines} command lines are all that was found"
    );
}

/// The command lines of a block, without comments. In a block with prompts (`$ `) only their lines are commands.
fn commands(code: &str) -> Vec<String> {
    let code = code.replace("\\\n", " ");
    let has_prompts = code.lines().any(|line| line.starts_with("$ "));
    let lines = code.lines().filter_map(|line| if has_prompts { line.strip_prefix("$ ") } else { Some(line) });
    let lines = lines.map(|line| line.split(" #").next().unwrap_or_default().trim().to_owned());
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
}

/// Whether each program of a line is known, and each command of cargo.
fn is_known(line: &str) -> bool {
    line.split(" && ").all(|command| {
        let is_variable = |word: &&str| {
            word.split_once('=').is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
        };
        let mut words = command.split_whitespace().skip_while(is_variable);
        match (words.next(), words.find(|word| !word.starts_with('+'))) {
            (Some("cargo"), Some(command)) => CARGO.contains(&command),
            (Some(program), _) => PROGRAMS.contains(&program),
            (None, _) => false,
        }
    })
}

#[test]
fn commands_are_told_from_the_rest() {
    assert_eq!(commands("cargo run   # the app\n\n# more\naz login \\\n  --x"), ["cargo run", "az login    --x"]);
    assert_eq!(commands("$ cargo run\nHello"), ["cargo run"]);
    assert!(is_known("RUST_LOG=debug cargo run") && is_known("cargo new a && cd a"));
    assert!(!is_known("cargo rnu") && !is_known("carg run"));
}
