//! Markdown files, their prose and their blocks of code.

use std::io;
use std::path::{Path, PathBuf};

/// Folders whose files are not the repository's.
const FOREIGN: [&str; 4] = [".git", ".venv", "node_modules", "target"];

/// The folder of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// Every Markdown file below a folder, sorted.
pub(crate) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let (path, kind) = (entry.path(), entry.file_type()?);
        if kind.is_dir() && !FOREIGN.iter().any(|name| entry.file_name() == *name) {
            files.extend(self::files(&path)?);
        } else if kind.is_file() && path.extension().is_some_and(|extension| extension == "md") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The README and all pages of the book.
pub(crate) fn pages() -> Vec<(String, String)> {
    let root = root();
    let mut files = files(&root.join("docs")).unwrap();
    files.push(root.join("README.md"));
    files
        .iter()
        .map(|file| {
            let name = file.strip_prefix(&root).unwrap().display().to_string().replace('\\', "/");
            (name, std::fs::read_to_string(file).unwrap())
        })
        .collect()
}

/// A text without blocks of code.
pub(crate) fn prose(text: &str) -> String {
    let mut in_code = false;
    let lines = text.lines().filter(|line| {
        let fence = line.trim_start().starts_with("```");
        in_code ^= fence;
        !in_code && !fence && !line.starts_with("    ")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A block between fences.
pub(crate) struct Block<'a> {
    pub(crate) line: usize,
    /// What stands behind the opening fence.
    pub(crate) words: Vec<&'a str>,
    pub(crate) code: String,
}

impl Block<'_> {
    pub(crate) fn language(&self) -> &str {
        self.words.first().copied().unwrap_or_default()
    }
}

pub(crate) fn blocks(text: &str) -> impl Iterator<Item = Block<'_>> {
    let mut lines = text.lines().enumerate();
    std::iter::from_fn(move || {
        let (index, opening) = lines.find(|(_, line)| line.trim_start().starts_with("```"))?;
        let words = opening.trim_start().trim_start_matches('`').split([',', ' ']).filter(|word| !word.is_empty());
        let code = lines.by_ref().map(|(_, line)| line).take_while(|line| !line.trim_start().starts_with("```"));
        Some(Block { line: index + 1, words: words.collect(), code: code.collect::<Vec<_>>().join("\n") })
    })
}
