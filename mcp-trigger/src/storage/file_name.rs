//! Names of blobs as names of files.

use std::fmt::Write as _;

/// One part of a blob's name as the name of a file or a folder. What some file system does not take, or takes for something
/// else, is percent-encoded, so no name leads anywhere else; an empty part is `%`.
pub(super) fn file_name(part: &str) -> String {
    if part.is_empty() {
        return "%".to_owned();
    }
    let reserved = is_reserved(part);
    // Windows drops dots and blanks at the end.
    let end = part.trim_end_matches(['.', ' ']).len();
    let mut name = String::with_capacity(part.len());
    for (at, c) in part.char_indices() {
        let hostile = c.is_control() || matches!(c, '%' | '/' | '\\' | '<' | '>' | ':' | '"' | '|' | '?' | '*');
        if !hostile && at < end && !(reserved && at == 0) {
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

    #[test]
    fn a_name_is_a_name_everywhere() {
        for (part, name) in [
            ("a b.json", "a b.json"),
            ("é😀", "é😀"),
            (".hidden", ".hidden"),
            ("", "%"),
            ("100%", "100%25"),
            ("..", "%2E%2E"),
            ("a. .", "a%2E%20%2E"),
            ("c:\\x/y", "c%3A%5Cx%2Fy"),
            ("a\0b\u{85}", "a%00b%C2%85"),
            ("con", "%63on"),
            ("Lpt1.txt", "%4Cpt1.txt"),
            ("nul .x", "%6Eul .x"),
            ("console", "console"),
        ] {
            assert_eq!(file_name(part), name, "{part:?}");
        }
    }
}
