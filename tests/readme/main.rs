//! The README's Rust is compiled: every block is a doc test of this package (`src/lib.rs`). Here is what rustdoc does not say, of the
//! README and of the other Markdown files.

mod links;

const README: &str = include_str!("../../README.md");

/// A block that starts an app would wait for Ctrl-C for ever, and one that is not compiled will be wrong some day.
#[test]
fn blocks_are_compiled_and_apps_are_not_started() {
    let blocks: Vec<_> = blocks(README).collect();
    assert!(blocks.iter().any(Block::is_rust), "README.md shows no Rust");
    for block in blocks {
        let Block { line, words, code } = &block;
        // Rustdoc takes a block without a language for Rust.
        assert!(!words.is_empty(), "README.md:{line}: say what language it is, `text` if none");
        if block.is_rust() {
            assert!(!words.contains(&"ignore"), "README.md:{line}: `ignore`d code is not compiled");
            let starts = code.contains("fn main() -> mcp_trigger::ExitCode") || code.contains("fn main() -> ExitCode");
            assert!(!starts || words.contains(&"no_run"), "README.md:{line}: write ```rust,no_run: it starts an app");
        }
    }
}

/// A block between fences.
struct Block<'a> {
    line: usize,
    /// What stands behind the opening fence.
    words: Vec<&'a str>,
    code: String,
}

impl Block<'_> {
    fn is_rust(&self) -> bool {
        self.words.contains(&"rust")
    }
}

fn blocks(markdown: &str) -> impl Iterator<Item = Block<'_>> {
    let mut lines = markdown.lines().enumerate();
    std::iter::from_fn(move || {
        let (index, opening) = lines.find(|(_, line)| line.trim_start().starts_with("```"))?;
        let words = opening.trim_start().trim_start_matches('`').split([',', ' ']).filter(|word| !word.is_empty());
        let code = lines.by_ref().map(|(_, line)| line).take_while(|line| !line.trim_start().starts_with("```"));
        Some(Block { line: index + 1, words: words.collect(), code: code.collect::<Vec<_>>().join("\n") })
    })
}
