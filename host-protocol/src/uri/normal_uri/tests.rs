//! Normal forms, after the examples of RFC 3986.

use super::*;
use proptest::prelude::*;

fn normal(uri: &str) -> String {
    NormalUri::new(uri).into_text().into_owned()
}

#[test]
fn equivalent_addresses_have_one_normal_form() {
    let cases = [
        // RFC 3986 §6.2.2
        ("example://a/b/c/%7Bfoo%7D", "eXAMPLE://a/./b/../b/%63/%7bfoo%7d"),
        // §6.2.2.1
        ("http://www.example.com", "HTTP://www.EXAMPLE.com/"),
        ("x://a?%3A", "x://a?%3a"),
        // §6.2.2.2
        ("x://a/~user", "x://a/%7Euser"),
        ("x://a/b-c.d_e", "x://%61/%62%2Dc%2ed%5Fe"),
        // §6.2.3
        ("http://example.com", "http://example.com/"),
        ("docs://returns", "docs://returns/"),
        ("docs://returns?q#f", "docs://returns/?q#f"),
        ("file://logo.png", "file://logo.png/"),
        ("file://", "file:///"),
        // RFC 3987 §3.1
        ("raw://caf%C3%A9/x", "raw://café/x"),
        ("raw://caf%C3%A9/x", "RAW://Caf%c3%a9/x"),
        ("x://a/b%20c?%20#%20", "x://a/b c? # "),
        ("x://a/%7Bb%7D%7C%5C%5E%60%22%3C%3E", "x://a/{b}|\\^`\"<>"),
        ("x://a/%F0%9F%98%80", "x://a/😀"),
        // Case counts behind the host, and before it.
        ("x://User@host/Path?Query#Fragment", "X://User@HOST/Path?Query#Fragment"),
        ("x://[fe80::a]:80", "x://[FE80::A]:80/"),
        ("urn:Isbn:1", "URN:Isbn:1"),
        // A `%` that encodes nothing is one.
        ("x://a/%25", "x://a/%"),
        ("x://a/%25zz%2541", "x://a/%zz%%341"),
    ];
    for (expected, uri) in cases {
        assert_eq!(normal(uri), expected, "{uri}");
        assert_eq!(normal(expected), expected);
        assert!(matches!(NormalUri::new(expected).text, Cow::Borrowed(_)), "{expected} is copied");
    }
}

/// RFC 3986 §5.4: the paths of its examples, merged with `/b/c/` and not yet rid of their dots.
#[test]
fn dot_segments() {
    let cases = [
        ("/b/c/g", "/b/c/./g"),
        ("/b/c/", "/b/c/."),
        ("/b/c/", "/b/c/./"),
        ("/b/", "/b/c/.."),
        ("/b/", "/b/c/../"),
        ("/b/g", "/b/c/../g"),
        ("", "/b/c/../.."),
        ("", "/b/c/../../"),
        ("/g", "/b/c/../../../../g"),
        ("/b/c/g.", "/b/c/g."),
        ("/b/c/..g", "/b/c/..g"),
        ("/b/c/g/h", "/b/c/./g/./h"),
        ("/b/c/y", "/b/c/g;x=1/../y"),
        ("/b/c/g?y/../x", "/b/c/g?y/../x"),
        ("/a/g", "/%2E/a/b/%2e%2E/g"),
        ("//a", "//a"),
    ];
    for (expected, path) in cases {
        assert_eq!(normal(&format!("x://h{path}")), format!("x://h{expected}"), "{path}");
    }
    // §5.2.4, of a path without a `/` at its beginning.
    for (expected, path) in
        [("g", "../g"), ("g", "./.././g"), ("mid/6", "mid/content=5/../6"), ("/g", "a/../g"), ("", ".")]
    {
        assert_eq!(normal(&format!("x:{path}")), format!("x:{expected}"), "{path}");
    }
    assert_eq!(normal("x:/.//a"), "x:/.//a", "`x://a` is another address");
}

#[test]
fn different_addresses_stay_different() {
    let cases = [
        ("docs://a/b", "docs://a/B"),
        ("docs://a/b", "docs://a/b/"),
        ("docs://a/b%2Fc", "docs://a/b/c"),
        ("docs://a?q", "docs://a?Q"),
        ("docs://a", "docs:a"),
        ("docs://user@a", "docs://USER@a"),
        ("docs://a/é", "docs://a/e\u{301}"),
        ("readme", "Readme"),
        ("docs://a", " docs://a"),
    ];
    for (one, other) in cases {
        assert_ne!(normal(one), normal(other));
    }
}

#[test]
fn a_part_of_the_normal_form_is_a_part_of_the_source() {
    let uri = NormalUri::new("X://Host/./café/%41b");
    assert_eq!(uri.as_str(), "x://host/caf%C3%A9/Ab");
    let source = |text: &str| {
        let at = uri.as_str().rfind(text).unwrap();
        uri.source(at..at + text.len())
    };
    assert_eq!(source("x"), Some("X"));
    assert_eq!(source("host"), Some("Host"));
    assert_eq!(source("caf%C3%A9"), Some("café"));
    assert_eq!(source("A"), Some("%41"));
    assert_eq!(source("%A9"), None, "half a character");
    assert_eq!(NormalUri::new("x://a/B").source(6..7), Some("B"));
}

/// Addresses of the characters that matter, so that many are nearly the same.
fn address() -> impl Strategy<Value = String> {
    ("[a-cA-C]{1,2}:(//)?", "[aA.é /@:%2eE{}?#\\\\]{0,12}").prop_map(|(scheme, rest)| scheme + &rest)
}

proptest! {
    #[test]
    fn normalizing_twice_changes_nothing(uri in prop_oneof![address(), "\\PC*"]) {
        let once = normal(&uri);
        let again = NormalUri::new(&once);
        prop_assert_eq!(again.as_str(), once.as_str());
        prop_assert!(matches!(again.text, Cow::Borrowed(_)) || once.contains("/.//"));
    }

    #[test]
    fn encoding_what_no_uri_has_changes_nothing(path in "[a-zé ü{}日]{0,12}") {
        let encoded: String = path.bytes().map(|byte| format!("%{byte:02x}")).collect();
        prop_assert_eq!(normal(&format!("x://h/{path}")), normal(&format!("x://h/{encoded}")));
    }

    #[test]
    fn every_part_comes_from_somewhere(uri in address()) {
        let normal = NormalUri::new(&uri);
        let ends = 0..=normal.as_str().len();
        for start in ends.clone() {
            for end in ends.clone().filter(|end| start < *end) {
                let _ = normal.source(start..end);
            }
        }
    }
}
