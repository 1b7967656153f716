//! Templates that the extension accepts or refuses, and the addresses that they match.

use super::*;
use crate::uri::NormalUri;
use proptest::prelude::*;

fn matched(template: &str, uri: &str) -> Option<Vec<(String, String)>> {
    let template = UriTemplate::parse(template).unwrap();
    let values = template.matches(uri)?;
    Some(values.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

fn values(template: &str, uri: &str) -> Option<Vec<String>> {
    Some(matched(template, uri)?.into_iter().map(|(_, value)| value).collect())
}

#[test]
fn matching_follows_the_extension() {
    let cases: &[(&str, &str, Option<&[&str]>)] = &[
        ("file://{filename}", "file://welcome.html", Some(&["welcome.html"])),
        ("test://items/{id}", "test://items/1/extra", None),
        ("test://items/{id}", "test://items/", None),
        ("test://search?q={query}&lang={lang}", "test://search?q=hello&lang=en", Some(&["hello", "en"])),
        ("x://{category}items{tag}", "x://booksitemsfiction", Some(&["books", "fiction"])),
        ("x://{a}i{b}", "x://oniit", Some(&["oni", "t"])),
        ("x://{a}-{b}-{c}", "x://1-2-3-4", Some(&["1-2", "3", "4"])),
        ("gt://user/{id}/item/{item}", "GT://User/A%20b/ITEM/É", Some(&["A%20b", "É"])),
        ("x://p?{q}", "x://p?a/b?c", Some(&["a/b?c"])),
        ("x://p?q={q}", "x://p?q=a/b", None),
        ("x://p?q={q}", "x://p?q=a&b", Some(&["a&b"])),
        ("x://{a}b", "x://b", None),
        ("docs://readme", "DOCS://README", Some(&[])),
        ("docs://readme", "docs://readme2", None),
        ("x://{+path}", "x://a/b", None),
    ];
    for (template, uri, expected) in cases {
        let expected = expected.map(|values| values.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(values(template, uri), expected, "{template} against {uri}");
    }
}

#[test]
fn names_keep_their_spelling() {
    assert_eq!(matched("x://{user-id}", "x://7"), Some(vec![("user-id".to_owned(), "7".to_owned())]));
}

#[test]
fn a_hostile_uri_takes_no_time() {
    let template = UriTemplate::parse("x://{a}a{b}a{c}a{d}a{e}a{f}a{g}a{h}!").unwrap();
    assert_eq!(template.matches(&format!("x://{}", "a".repeat(20_000))), None);
}

#[test]
fn refused_at_start_up() {
    let cases = [
        ("", UriFault::Blank),
        (" \t", UriFault::Blank),
        ("x://{", UriFault::Braces),
        ("x://{}", UriFault::Braces),
        ("x://{}/t", UriFault::Braces),
        ("x://}", UriFault::Braces),
        ("x://{a}/{b", UriFault::Braces),
        ("x://{a}}", UriFault::Braces),
        ("x://{{a}}", UriFault::Braces),
        ("x://{a}{b}", UriFault::Adjacent),
        ("x://{id}/{ID}", UriFault::Collision("id".to_owned(), "ID".to_owned())),
        ("x://{user-id}/{user.id}", UriFault::Collision("user-id".to_owned(), "user.id".to_owned())),
        ("x://{ }", UriFault::EmptyParameter),
        ("x://{a b}", UriFault::Parameter("a b".to_owned())),
        ("x://{a/b}", UriFault::Parameter("a/b".to_owned())),
        ("x://{a%7Bb}", UriFault::Parameter("a%7Bb".to_owned())),
        ("not a uri", UriFault::NotAbsolute),
        ("/readme", UriFault::NotAbsolute),
        ("readme", UriFault::NotAbsolute),
        ("{a}", UriFault::NotAbsolute),
        ("1x://a", UriFault::NotAbsolute),
        ("http:///a", UriFault::NotAbsolute),
        ("https://", UriFault::NotAbsolute),
    ];
    for (uri, fault) in cases {
        let error = UriTemplate::parse(uri).expect_err(uri);
        assert_eq!(error.fault, fault, "{uri}");
        assert!(!error.to_string().is_empty());
    }
    for uri in ["a://c", "urn:isbn:1", "ui://x/view", "file:///a b", "{scheme}://x", "https://{host}/x", "x:a%7Bb"] {
        assert!(UriTemplate::parse(uri).is_ok(), "{uri}");
    }
}

#[test]
fn structure_tells_duplicates() {
    let structure = |text| UriTemplate::parse(text).unwrap().structure();
    assert_eq!(structure("X://a/{id}"), structure("x://A/{name}"));
    assert_ne!(structure("x://a/{id}"), structure("x://a/{id}/b"));
}

proptest! {
    #[test]
    fn never_panics(template in "\\PC{0,20}", uri in "\\PC*") {
        if let Ok(template) = UriTemplate::parse(&template) {
            let _ = template.matches(&uri);
            let _ = template.normalized().map(|template| template.matches(&NormalUri::new(&uri)).is_some());
        }
    }

    #[test]
    fn finds_what_was_filled_in_however_it_is_written(a in "[a-z~]{1,5}", b in "[A-Zé ]{1,5}", dots in "(/\\.){0,3}") {
        let template = UriTemplate::parse("X://É.{a}/y/{b}").unwrap().normalized().unwrap();
        let uri = format!("x://%c3%89.{a}{dots}/%79/{b}");
        prop_assert_eq!(template.matches(&NormalUri::new(&uri)), Some(vec![("a", a.as_str()), ("b", b.as_str())]));
    }

    #[test]
    fn finds_what_was_filled_in(a in "[^/?#]{1,9}", b in "[^&#]{1,9}") {
        let template = UriTemplate::parse("x://{a}/y?{b}").unwrap();
        let uri = format!("x://{a}/y?{b}");
        prop_assert_eq!(template.matches(&uri), Some(vec![("a", a.as_str()), ("b", b.as_str())]));
    }
}

fn values_of_normal(template: &str, uri: &str) -> Option<Vec<String>> {
    let template = UriTemplate::parse(template).unwrap().normalized().unwrap();
    let values = template.matches(&NormalUri::new(uri))?;
    Some(values.into_iter().map(|(_, value)| value.to_owned()).collect())
}

#[test]
fn normal_matching_follows_rfc_3986() {
    let cases: &[(&str, &str, Option<&[&str]>)] = &[
        ("raw://café/x", "raw://caf%C3%A9/x", Some(&[])),
        ("raw://caf%C3%A9/{id}", "raw://café/é", Some(&["é"])),
        ("raw://a b/{id}", "raw://a%20b/%C3%A9", Some(&["%C3%A9"])),
        ("docs://returns", "DOCS://Returns/", Some(&[])),
        ("docs://{name}", "docs://Returns/", Some(&["Returns"])),
        ("docs://{name}/", "docs://returns", Some(&["returns"])),
        ("{scheme}://Host/{id}", "Docs://HOST/1", Some(&["Docs", "1"])),
        ("x://h/a/../{id}", "x://h/./%41%zz", Some(&["%41%zz"])),
        ("x://h/{id}/b", "x://h/q/../1/./b", Some(&["1"])),
        ("x://p?q={query}&lang={lang}", "x://p/?q=a/b&lang=é n", None),
        ("x://p?q={query}&lang={lang}", "x://p/?q=a b&lang=é n", Some(&["a b", "é n"])),
        ("x://p?{query}&{lang}", "x://p/?a/../b?&é", Some(&["a/../b?", "é"])),
        ("x://h/A/{id}", "x://h/a/1", None),
        ("x://h/{id}", "x://h/1/", None),
        ("x://h/{id}", "x://h/a%2fb", Some(&["a%2fb"])),
        ("x://h/{id}", "x://h/..", None),
        ("x://h/%C3{id}", "x://h/é", None),
        ("urn:isbn:{id}", "URN:isbn:1", Some(&["1"])),
    ];
    for (template, uri, expected) in cases {
        let expected = expected.map(|values| values.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(values_of_normal(template, uri), expected, "{template} against {uri}");
    }
    assert_eq!(UriTemplate::parse("x://h/{id}/../a").unwrap().normalized(), None);
}

#[test]
fn normal_structure_tells_duplicates() {
    let structure = |text| UriTemplate::parse(text).unwrap().normalized().unwrap().structure();
    assert_eq!(structure("X://A/é/{id}"), structure("x://a/%c3%a9/./{name}"));
    assert_eq!(structure("docs://a"), structure("docs://A/"));
    assert_ne!(structure("x://a/{id}"), structure("x://a/x"));
    assert_ne!(structure("x://a/{id}"), structure("x://a/%7B%7D"));
    assert_ne!(structure("x://a/B"), structure("x://a/b"));
}

/// ground-truth.md §12: `categories://{name}` with `a%20b` and `<x>` is not readable.
#[test]
fn a_value_in_the_place_of_the_host_has_to_be_a_host_name() {
    for uri in
        ["categories://a%20b", "categories://<x>", "categories://a b/c", "docs://a..b", "x://a!", "http://", "x", ""]
    {
        assert!(!is_readable(uri), "{uri}");
    }
    for uri in ["categories://books", "categories:///a%20b", "categories://x/a%20b", "categories:a%20b", "docs://x?a b"]
    {
        assert!(is_readable(uri), "{uri}");
    }
}
