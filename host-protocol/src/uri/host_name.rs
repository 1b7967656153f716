//! The host names of URIs, as .NET's `Uri` reads them for schemes that it does not know.

/// The host in the text behind the colon of a scheme, without user and port. `None` if the text has no authority.
pub(super) fn host(rest: &str) -> Option<&str> {
    let authority = rest.strip_prefix("//")?.split(['/', '\\', '?', '#']).next()?;
    let host = authority.split_once('@').map_or(authority, |(_, host)| host);
    match host.find(']') {
        Some(end) if host.starts_with('[') => Some(&host[..=end]),
        _ => host.split(':').next(),
    }
}

/// Whether .NET accepts a text as a host name: labels of letters, digits, `-` and `_` with dots between them, or an
/// address. Letters beyond ASCII may be percent-encoded. It refuses `a%20b` and `<x>` (ground-truth.md §12).
pub(super) fn is_host_name(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[') {
        let address = address.strip_suffix(']').unwrap_or(address);
        return address.split('%').next().is_some_and(|address| address.parse::<std::net::Ipv6Addr>().is_ok());
    }
    // One dot at the end is the root of all names.
    let labels = host.strip_suffix('.').unwrap_or(host).split('.');
    labels.enumerate().all(|(at, label)| is_label(label, at == 0))
}

/// Whether .NET accepts a label. Only the first may begin with a hyphen: the whole name is then the name of a computer.
fn is_label(label: &str, is_first: bool) -> bool {
    let mut rest = label;
    while let Some(c) = rest.chars().next() {
        let is_start = rest.len() == label.len();
        let length = match c {
            '-' | '_' if is_start && !is_first => return false,
            '-' | '_' => 1,
            c if c.is_ascii_alphanumeric() || c >= '\u{a0}' && !c.is_whitespace() => c.len_utf8(),
            '%' if is_beyond_ascii(rest.as_bytes()) => 3,
            _ => return false,
        };
        rest = &rest[length..];
    }
    !label.is_empty()
}

/// Whether an escape stands for a byte of a character beyond ASCII.
fn is_beyond_ascii(escape: &[u8]) -> bool {
    matches!(escape, [b'%', b'8'..=b'9' | b'a'..=b'f' | b'A'..=b'F', low, ..] if low.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_found_in_its_place() {
        for (rest, expected) in [
            ("//readme", Some("readme")),
            ("//a/b", Some("a")),
            ("//a\\b", Some("a")),
            ("//a?b", Some("a")),
            ("//me:x@a:80#b", Some("a")),
            ("//[::1]:80/b", Some("[::1]")),
            ("///b", Some("")),
            ("a/b", None),
            ("/a", None),
        ] {
            assert_eq!(host(rest), expected, "{rest}");
        }
    }

    #[test]
    fn a_host_name_is_one_for_dotnet() {
        for name in [
            "books",
            "Books",
            "a.b",
            "a.b.",
            "7",
            "1.2.3.4",
            "a-b_c",
            "-a",
            "_a",
            "caf\u{e9}",
            "caf%C3%A9",
            "[::1]",
            "a--b",
            "[fe80::1%25eth0]",
        ] {
            assert!(is_host_name(name), "{name}");
        }
        for name in [
            "", ".", "..", ".a", "a..b", "a%20b", "<x>", "a b", "a%41", "%", "a%", "a+b", "a,b", "a|b", "a!", "a.-b",
            "[x]", "a\u{85}",
        ] {
            assert!(!is_host_name(name), "{name}");
        }
    }
}
