//! Links between the repository's Markdown files: the file that a link names exists, and so does the heading.
//!
//! Links of doc comments are rustdoc's, in `.ci/run`.

use crate::markdown::{files, prose, root};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The address under which the repository's files are on the web. The book and the crates link to files so.
const ON_THE_WEB: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/");

#[test]
fn links_lead_to_files_and_headings() {
    let root = root();
    let files = files(&root).unwrap();
    let text = |file| prose(&std::fs::read_to_string(file).unwrap());
    let texts: HashMap<&PathBuf, String> = files.iter().map(|file| (file, text(file))).collect();
    let (mut checked, mut broken) = (0, Vec::new());
    for file in &files {
        for link in links(&texts[file]) {
            checked += 1;
            if let Err(why) = follow(file, link, &texts) {
                broken.push(format!("{}: ({link}): {why}", file.strip_prefix(&root).unwrap().display()));
            }
        }
    }
    assert!(checked > 100, "{checked} links are all that was found");
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

/// Looks for the file and the heading that a link in `from` names.
fn follow(from: &Path, link: &str, texts: &HashMap<&PathBuf, String>) -> Result<(), String> {
    let (path, heading) = link.split_once('#').map_or((link, None), |(path, heading)| (path, Some(heading)));
    let target = match in_repository(path) {
        _ if path.is_empty() => from.to_owned(),
        Some(path) => root().join(path),
        None => from.with_file_name(path),
    };
    let target = target.canonicalize().map_err(|_| format!("there is no {path}"))?;
    let Some(heading) = heading else { return Ok(()) };
    let text = texts.get(&target).ok_or_else(|| format!("{path} is not Markdown, and has no headings"))?;
    let headings = anchors(text);
    headings
        .iter()
        .any(|anchor| anchor == heading)
        .then_some(())
        .ok_or_else(|| format!("there is no such heading; those of the file are {}", headings.join(", ")))
}

/// The targets of inline links, except those to other places and to items of Rust.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    targets.filter(|link| !link.contains(':') || in_repository(link).is_some())
}

/// The path that an address on the web names in the repository: `…/blob/main/README.md`, `…/tree/main/samples`.
fn in_repository(link: &str) -> Option<&str> {
    let path = link.strip_prefix(ON_THE_WEB)?;
    path.strip_prefix("blob/main/").or_else(|| path.strip_prefix("tree/main/"))
}

/// The anchors that GitHub gives the headings of a text.
fn anchors(text: &str) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    for heading in text.lines().filter(|line| line.starts_with('#')) {
        let heading = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
        let anchor: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect();
        let same = anchors.iter().filter(|other| **other == anchor).count();
        anchors.push(if same == 0 { anchor } else { format!("{anchor}-{same}") });
    }
    anchors
}

#[test]
fn an_anchor_is_what_github_makes_of_a_heading() {
    let text = "# `generate`, and `start`\n\n## What is 1.0?\n\n## Twice\n\n## Twice";
    assert_eq!(anchors(text), ["generate-and-start", "what-is-10", "twice", "twice-1"]);
}
