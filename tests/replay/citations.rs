//! Comments rest on recorded facts and name them: `recordings/results.jsonl, "tool err500"`, `ground-truth.md §4, "Ctrl-C"`. Each
//! such name leads to a file, to a section of it, and to words that stand there.

use std::fs;
use std::path::Path;
use tests::recording::folder;

/// The folders of the repository where facts are cited.
const FOLDERS: [&str; 7] =
    ["host-protocol", "local-host", "mcp-trigger", "mcp-trigger-core", "mcp-trigger-macros", "samples", "tests"];
const GROUND_TRUTH: &str = "ground-truth.md";

#[test]
fn cited_recordings_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let (mut found, mut wrong) = (0, Vec::new());
    for folder in FOLDERS {
        each_source(&root.join(folder), &mut |path, text| {
            for citation in citations(&text) {
                found += 1;
                if let Err(problem) = check(&citation) {
                    wrong.push(format!("{}: {citation:?}: {problem}", path.display()));
                }
            }
        });
    }
    assert!(found > 80, "{found} citations: the test does not see them any more");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_wrong_with_a_citation_is_seen() {
    let problems =
        |comment: &str| citations(comment).iter().filter_map(|citation| check(citation).err()).collect::<Vec<_>>();
    assert_eq!(
        problems("// (ground-truth.md §2,\n    // \"client gone\"; recordings/auth.jsonl, \"GET no key\", \"sse …\")."),
        [""; 0]
    );
    assert_eq!(problems("// recordings/nothing.jsonl"), ["there is no such file"]);
    assert_eq!(problems("// ground-truth.md §99"), ["there is no §99"]);
    assert_eq!(problems("// ground-truth.md §2, \"client came\""), ["\"client came\" does not stand there"]);
}

/// A fact that a comment names.
#[derive(Debug)]
struct Citation {
    file: String,
    section: Option<u32>,
    /// The cases or the rows; `…` stands for what was left out.
    words: Vec<String>,
}

fn check(citation: &Citation) -> Result<(), String> {
    let text = fs::read_to_string(folder().join(&citation.file)).map_err(|_| "there is no such file".to_owned())?;
    let text = match citation.section {
        None => &text,
        Some(number) => section(&text, number).ok_or_else(|| format!("there is no §{number}"))?,
    };
    let text = text.replace(['`', '*'], "");
    for words in &citation.words {
        if !words.replace('`', "").split('…').all(|part| text.contains(part.trim())) {
            return Err(format!("\"{words}\" does not stand there"));
        }
    }
    Ok(())
}

fn section(text: &str, number: u32) -> Option<&str> {
    let start = text.find(&format!("\n## {number}. "))? + 1;
    let rest = &text[start..];
    Some(&rest[..rest.find("\n## ").unwrap_or(rest.len())])
}

fn citations(source: &str) -> Vec<Citation> {
    // A comment goes on in the next line.
    let lines = source.lines().map(|line| line.trim_start().trim_start_matches(['/', '!', '#']).trim());
    let text = lines.collect::<Vec<_>>().join(" ");
    let names = text.match_indices("recordings/").map(|(at, folder)| at + folder.len());
    let ground_truth =
        text.match_indices(GROUND_TRUTH).map(|(at, _)| at).filter(|at| !text[..*at].ends_with("recordings/"));
    names.chain(ground_truth).filter_map(|at| citation(&text[at..])).collect()
}

/// The citation that begins with the name of a file.
fn citation(text: &str) -> Option<Citation> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "-./".contains(c))).unwrap_or(text.len());
    let file = text[..end].trim_end_matches('.');
    if !file.ends_with(".jsonl") && !file.ends_with(".json") && !file.ends_with(".md") {
        return None;
    }
    let mut rest = &text[file.len()..];
    let section = rest.strip_prefix(" §").map(|number| {
        let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
        rest = &number[end..];
        number[..end].parse().expect("a section has a number")
    });
    let mut words = Vec::new();
    while let Some((quoted, after)) = rest.strip_prefix(", \"").and_then(|rest| rest.split_once('"')) {
        words.push(quoted.to_owned());
        rest = after;
    }
    Some(Citation { file: file.to_owned(), section, words })
}

/// Each text file below a folder that people write, but this one, whose citations are wrong on purpose.
fn each_source(folder: &Path, see: &mut impl FnMut(&Path, String)) {
    for entry in fs::read_dir(folder).expect("a folder of the repository").flatten() {
        let path = entry.path();
        if path.is_dir() {
            if !path.ends_with("target") && !path.ends_with("node_modules") && !path.ends_with("recordings") {
                each_source(&path, see);
            }
        } else if !path.ends_with(file!().rsplit('/').next().unwrap_or_default())
            && path.extension().is_some_and(|extension| extension == "rs" || extension == "yml" || extension == "md")
            && let Ok(text) = fs::read_to_string(&path)
        {
            see(&path, text);
        }
    }
}
