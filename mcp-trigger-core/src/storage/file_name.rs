//! Maps names of blobs to paths of files: each name has its own file, inside the folder of its container.
//!
//! | in the name | in the folder |
//! |---|---|
//! | a part between slashes | a folder, and the last one a file |
//! | a character that some file system refuses or gives a special meaning | percent-encoded |
//! | an empty part | `%` |
//! | a file without a dot, a folder with one | `%` at the end, so that blobs `a` and `a/b` can both exist |
//! | on a case-insensitive file system: capitals and characters beyond ASCII | percent-encoded |
//! | a name that is too long for a file system | the start of the name, `%%`, and a hash of the name |

use hmac_sha256::Hash;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Whether a file system distinguishes `a` from `A`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CaseSensitivity {
    Sensitive,
    Insensitive,
}

impl CaseSensitivity {
    /// The usual behaviour of this operating system.
    pub(super) const HERE: CaseSensitivity = if cfg!(any(windows, target_vendor = "apple")) {
        CaseSensitivity::Insensitive
    } else {
        CaseSensitivity::Sensitive
    };
}

/// The longest name of a file or a folder, in bytes, without the mark at its end. The limit of file systems is 255.
const LONGEST: usize = 200;
/// The length of the start that is kept of a longer name, in bytes.
const START: usize = 100;
/// The longest path below the container, in bytes. The lowest limit of an operating system is that of macOS: 1,024 for a whole
/// path.
const LONGEST_PATH: usize = 600;

/// The path of a blob's file in the folder of its container.
pub(super) fn blob_file(name: &str, case: CaseSensitivity) -> PathBuf {
    let parts: Vec<_> = name.split('/').map(|part| shortened(part, case)).collect();
    if parts.iter().map(|part| part.len() + 2).sum::<usize>() > LONGEST_PATH {
        return hashed(name, &encoded(name, case)).into();
    }
    let last = parts.len() - 1;
    parts.iter().enumerate().map(|(at, part)| if at == last { file(part) } else { folder(part) }).collect()
}

/// The path of a blob's file without the marks of files and folders: that of a file put there by hand, or by an older version.
pub(super) fn unmarked_blob_file(name: &str, case: CaseSensitivity) -> PathBuf {
    name.split('/').map(|part| shortened(part, case)).collect()
}

/// The name of the folder of a container or a queue. `name` must not contain a slash.
pub(super) fn folder_name(name: &str) -> String {
    folder(&shortened(name, CaseSensitivity::HERE))
}

fn file(encoded: &str) -> String {
    if encoded.contains('.') { encoded.to_owned() } else { format!("{encoded}%") }
}

fn folder(encoded: &str) -> String {
    if encoded.contains('.') { format!("{encoded}%") } else { encoded.to_owned() }
}

fn shortened(part: &str, case: CaseSensitivity) -> String {
    let encoded = encoded(part, case);
    if encoded.len() > LONGEST { hashed(part, &encoded) } else { encoded }
}

/// The name that replaces a name that is too long. The replacement contains `%%`, which no result of `encoded` does.
fn hashed(name: &str, encoded: &str) -> String {
    let mut end = (0..=START.min(encoded.len())).rfind(|at| encoded.is_char_boundary(*at)).unwrap_or_default();
    // Cuts no escape in half.
    if let Some(at) = encoded[..end].rfind('%').filter(|at| at + 3 > end) {
        end = at;
    }
    let mut short = format!("{}%%", &encoded[..end]);
    for byte in &Hash::hash(name.as_bytes())[..16] {
        let _ = write!(short, "{byte:02x}");
    }
    short
}

/// Percent-encodes the characters that some file system refuses or gives a special meaning.
fn encoded(part: &str, case: CaseSensitivity) -> String {
    if part.is_empty() {
        return "%".to_owned();
    }
    let reserved = is_reserved(part);
    // Windows drops dots and blanks at the end.
    let end = part.trim_end_matches(['.', ' ']).len();
    let mut name = String::with_capacity(part.len());
    for (at, c) in part.char_indices() {
        let hostile = c.is_control() || matches!(c, '%' | '/' | '\\' | '<' | '>' | ':' | '"' | '|' | '?' | '*');
        let is_told = case == CaseSensitivity::Sensitive || c.is_ascii() && !c.is_ascii_uppercase();
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

/// Whether Windows reads a name as that of a device. The part after the first dot does not matter.
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

    fn names(name: &str, case: CaseSensitivity) -> Vec<String> {
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
            assert_eq!(names(name, CaseSensitivity::Sensitive).join("/"), file, "{name:?}");
        }
        for (name, file) in [("a b.json", "a b.json"), ("Read.txt", "%52ead.txt"), ("é.txt", "%C3%A9.txt")] {
            assert_eq!(names(name, CaseSensitivity::Insensitive).join("/"), file, "{name:?}");
        }
    }

    #[test]
    fn what_is_too_long_keeps_its_start() {
        for name in
            ["x".repeat(1024), "\u{1}".repeat(1024), "a/".repeat(511) + "b", "/".repeat(1000) + "b", "é".repeat(600)]
        {
            for case in [CaseSensitivity::Sensitive, CaseSensitivity::Insensitive] {
                let parts = names(&name, case);
                assert!(parts.iter().all(|part| part.len() <= LONGEST + 1), "{parts:?}");
                assert!(parts.join("/").len() <= LONGEST_PATH, "{parts:?}");
            }
        }
        assert!(names(&"x".repeat(1024), CaseSensitivity::Sensitive)[0].starts_with(&"x".repeat(START)));
        assert_ne!(
            names(&"x".repeat(1024), CaseSensitivity::Sensitive),
            names(&"x".repeat(1023), CaseSensitivity::Sensitive)
        );
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
            for case in [CaseSensitivity::Sensitive, CaseSensitivity::Insensitive] {
                let folded = |name: &str| match case {
                    CaseSensitivity::Sensitive => names(name, case),
                    CaseSensitivity::Insensitive => names(name, case).iter().map(|part| part.to_lowercase()).collect(),
                };
                let (one, other) = (folded(&a), folded(&b));
                prop_assert_eq!(a == b, one == other, "{:?} {:?}", &one, &other);
                prop_assert!(a == b || !one.starts_with(&other) && !other.starts_with(&one), "{:?} {:?}", &one, &other);
            }
        }

        /// Every name becomes a path that any file system accepts, inside of the folder.
        #[test]
        fn every_name_is_one_for_every_file_system(name in prop_oneof![alike(), ".{1,300}", "[\\x00-\\x7f]{1,60}"]) {
            for case in [CaseSensitivity::Sensitive, CaseSensitivity::Insensitive] {
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
