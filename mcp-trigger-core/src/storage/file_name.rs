//! Names of blobs as names of files: for every name a file of its own, and none outside its folder.
//!
//! | in the name | in the folder |
//! |---|---|
//! | a part between slashes | a folder, and the last one a file |
//! | a character that some file system does not take, or takes for something else | percent-encoded |
//! | a part that is empty | `%` |
//! | a file without a dot, a folder with one | `%` behind it, so that a blob `a` and a blob `a/b` have a place each |
//! | upper case and what is not ASCII, where the file system does not tell cases apart | percent-encoded |
//! | more than a file system takes | the start, `%%`, and the hash of the name |

use hmac_sha256::Hash;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Whether a file system tells `a` and `A` apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Told,
    Ignored,
}

impl Case {
    /// What is usual on this system.
    pub(super) const HERE: Case = if cfg!(any(windows, target_vendor = "apple")) { Case::Ignored } else { Case::Told };
}

/// The longest name of a file or a folder, in bytes, and what remains of a longer one. File systems take 255.
const LONGEST: usize = 200;
const START: usize = 100;
/// The longest path below the container, in bytes. The shortest limit of a system is that of macOS: 1,024 for all of a path.
const LONGEST_PATH: usize = 600;

/// The path of a blob's file in the folder of its container.
pub(super) fn blob_file(name: &str, case: Case) -> PathBuf {
    let parts: Vec<_> = name.split('/').map(|part| shortened(part, case)).collect();
    if parts.iter().map(|part| part.len() + 2).sum::<usize>() > LONGEST_PATH {
        return hashed(name, &encoded(name, case)).into();
    }
    let last = parts.len() - 1;
    parts.iter().enumerate().map(|(at, part)| if at == last { file(part) } else { folder(part) }).collect()
}

/// The path that it has without the marks of files and folders: of a file that somebody put there, or an older version.
pub(super) fn unmarked_blob_file(name: &str, case: Case) -> PathBuf {
    name.split('/').map(|part| shortened(part, case)).collect()
}

/// A name with no slash in it, for a folder.
pub(super) fn folder_name(name: &str) -> String {
    folder(&shortened(name, Case::HERE))
}

fn file(encoded: &str) -> String {
    if encoded.contains('.') { encoded.to_owned() } else { format!("{encoded}%") }
}

fn folder(encoded: &str) -> String {
    if encoded.contains('.') { format!("{encoded}%") } else { encoded.to_owned() }
}

fn shortened(part: &str, case: Case) -> String {
    let encoded = encoded(part, case);
    if encoded.len() > LONGEST { hashed(part, &encoded) } else { encoded }
}

/// No encoded name has two percent signs beside each other.
fn hashed(name: &str, encoded: &str) -> String {
    let mut end = (0..=START.min(encoded.len())).rfind(|at| encoded.is_char_boundary(*at)).unwrap_or_default();
    // No half of an escape, and no dot or blank at the end.
    if let Some(at) = encoded[..end].rfind('%').filter(|at| at + 3 > end) {
        end = at;
    }
    let mut short = format!("{}%%", &encoded[..end]);
    for byte in &Hash::hash(name.as_bytes())[..16] {
        let _ = write!(short, "{byte:02x}");
    }
    short
}

/// What some file system does not take, or takes for something else, is percent-encoded.
fn encoded(part: &str, case: Case) -> String {
    if part.is_empty() {
        return "%".to_owned();
    }
    let reserved = is_reserved(part);
    // Windows drops dots and blanks at the end.
    let end = part.trim_end_matches(['.', ' ']).len();
    let mut name = String::with_capacity(part.len());
    for (at, c) in part.char_indices() {
        let hostile = c.is_control() || matches!(c, '%' | '/' | '\\' | '<' | '>' | ':' | '"' | '|' | '?' | '*');
        let is_told = case == Case::Told || c.is_ascii() && !c.is_ascii_uppercase();
        if !hostile && is_told && at < end && !(reserved && at == 0) {
            name.push(c);
            continue;
        }
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            let _ = write!(name, "%{byte:02X}");
        }
    }
    name
}

/// Whether Windows takes a name for a device, whatever follows a dot in it.
fn is_reserved(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    match stem.as_str() {
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" => true,
        _ => ["COM", "LPT"].iter().any(|port| {
            let number = stem.strip_prefix(port).map(|number| number.chars().collect::<Vec<_>>());
            matches!(number.as_deref(), Some(['0'..='9' | '¹' | '²' | '³']))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::path::{Component, Path};

    fn names(name: &str, case: Case) -> Vec<String> {
        let name_of = |part: Component<'_>| match part {
            Component::Normal(name) => name.to_str().unwrap().to_owned(),
            other => panic!("{other:?} in the path of {name:?}"),
        };
        blob_file(name, case).components().map(name_of).collect()
    }

    #[test]
    fn a_name_is_a_name_everywhere() {
        for (name, file) in [
            ("a b.json", "a b.json"),
            ("é😀.txt", "é😀.txt"),
            (".hidden", ".hidden"),
            ("a/b/c.json", "a/b/c.json"),
            ("README", "README%"),
            ("a/b", "a/b%"),
            ("v1.0/notes.txt", "v1.0%/notes.txt"),
            ("/x.txt", "%/x.txt"),
            ("a//b.txt", "a/%/b.txt"),
            ("100%.txt", "100%25.txt"),
            ("a. ./x.txt", "a%2E%20%2E/x.txt"),
            ("a. ./x.txt", "a%2E%20%2E/x.txt"),
            ("c:\\x.y", "c%3A%5Cx.y"),
            ("a\0b\u{85}", "a%00b%C2%85%"),
            ("con", "%63on%"),
            ("Lpt1.txt", "%4Cpt1.txt"),
            ("nul .x", "%6Eul .x"),
            ("console", "console%"),
        ] {
            assert_eq!(names(name, Case::Told).join("/"), file, "{name:?}");
        }
        for (name, file) in [("a b.json", "a b.json"), ("Read.txt", "%52ead.txt"), ("é.txt", "%C3%A9.txt")] {
            assert_eq!(names(name, Case::Ignored).join("/"), file, "{name:?}");
        }
    }

    #[test]
    fn what_is_too_long_keeps_its_start() {
        for name in
            ["x".repeat(1024), "\u{1}".repeat(1024), "a/".repeat(511) + "b", "/".repeat(1000) + "b", "é".repeat(600)]
        {
            for case in [Case::Told, Case::Ignored] {
                let parts = names(&name, case);
                assert!(parts.iter().all(|part| part.len() <= LONGEST + 1), "{parts:?}");
                assert!(parts.join("/").len() <= LONGEST_PATH, "{parts:?}");
            }
        }
        assert!(names(&"x".repeat(1024), Case::Told)[0].starts_with(&"x".repeat(START)));
        assert_ne!(names(&"x".repeat(1024), Case::Told), names(&"x".repeat(1023), Case::Told));
    }

    /// Names that are as alike as names can be.
    fn alike() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            "[aAeE\u{e9}\u{301}.% \\\\:]{0,3}",
            Just("con".to_owned()),
            Just("CON.a".to_owned()),
            Just("%61".to_owned()),
            Just("a".repeat(201)),
            Just("A".repeat(201)),
            ".{0,8}",
        ];
        proptest::collection::vec(part, 1..4).prop_map(|parts| parts.join("/"))
    }

    proptest! {
        /// Each name has a file of its own, which is the folder of no other, on every file system.
        #[test]
        fn no_two_blobs_share_a_file(a in alike(), b in alike()) {
            for case in [Case::Told, Case::Ignored] {
                let folded = |name: &str| match case {
                    Case::Told => names(name, case),
                    Case::Ignored => names(name, case).iter().map(|part| part.to_lowercase()).collect(),
                };
                let (one, other) = (folded(&a), folded(&b));
                prop_assert_eq!(a == b, one == other, "{:?} {:?}", &one, &other);
                prop_assert!(a == b || !one.starts_with(&other) && !other.starts_with(&one), "{:?} {:?}", &one, &other);
            }
        }

        /// What any file system takes, and nothing that leads anywhere else.
        #[test]
        fn every_name_is_one_for_every_file_system(name in prop_oneof![alike(), ".{1,300}", "[\\x00-\\x7f]{1,60}"]) {
            for case in [Case::Told, Case::Ignored] {
                for part in names(&name, case) {
                    prop_assert!(!part.is_empty() && part.len() <= 255);
                    prop_assert!(!part.contains(|c: char| c.is_control() || "/\\<>:\"|?*".contains(c)), "{:?}", part);
                    prop_assert!(!part.ends_with(['.', ' ']) && !is_reserved(&part), "{:?}", part);
                }
                prop_assert!(Path::new(&blob_file(&name, case)).is_relative());
            }
        }
    }
}
