//! Blobs: their paths, and their content as a function gets it.

use super::BindingError;
use crate::function_json::DataType;
use crate::invocation::Input;
use crate::json::base64;
use std::fmt;

/// The path of a blob: a container, and the blob's name in it, which may hold slashes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobPath {
    container: String,
    blob: String,
}

impl BlobPath {
    /// Reads `container/blob`. The name of the blob may hold any character. Dot segments are resolved, as in the address of the blob
    /// (recorded: `snippets/%20/../.json` is `snippets/.json`).
    ///
    /// ```
    /// use host_protocol::binding::BlobPath;
    ///
    /// assert_eq!(BlobPath::parse("snippets/drafts/../a b.json")?.to_string(), "snippets/a b.json");
    /// assert!(BlobPath::parse("snippets/../a.json").is_err());
    /// # Ok::<(), host_protocol::binding::BindingError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// If the host does not accept one of the names, or the path leaves the container (recorded: `../x` fails the invocation).
    pub fn parse(path: &str) -> Result<Self, BindingError> {
        let wrong =
            |why: &str| BindingError::new(format!("`{}` is not the path of a blob: {why}", path.escape_debug()));
        let Some((container, blob)) = path.split_once('/') else {
            return Err(wrong("write it as `container/name`"));
        };
        if !matches!(container, "$root" | "$web") && !is_dns_name(container) {
            return Err(wrong("a container has 3 to 63 of the characters a-z, 0-9 and single hyphens between them"));
        }
        if blob.is_empty() || blob.encode_utf16().count() > 1024 {
            return Err(wrong("the name of a blob has 1 to 1024 characters"));
        }
        if blob.ends_with(['.', '/']) {
            return Err(wrong("the name of a blob ends in neither a dot nor a slash"));
        }
        let mut parts = Vec::new();
        for part in blob.split('/') {
            match part {
                "." => {}
                ".." if parts.pop().is_none() => return Err(wrong("`..` leads out of the container")),
                ".." => {}
                part => parts.push(part),
            }
        }
        Ok(BlobPath { container: container.to_owned(), blob: parts.join("/") })
    }

    /// The container.
    pub fn container(&self) -> &str {
        &self.container
    }

    /// The name of the blob.
    pub fn blob(&self) -> &str {
        &self.blob
    }
}

impl fmt::Display for BlobPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.container, self.blob)
    }
}

/// Whether the storage service accepts a name for a container or a queue.
pub(super) fn is_dns_name(name: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    (3..=63).contains(&name.len()) && name.split('-').all(is_word)
}

/// The value of a blob input. `None` is a blob that does not exist (recordings/bindings.jsonl, `get_snippet missing`).
///
/// With `dataType: "binary"` the value holds the bytes, otherwise the text, in which U+FFFD replaces bytes that are not UTF-8
/// (`get_snippet b64ish`).
pub fn blob_input(content: Option<&[u8]>, data_type: Option<&DataType>) -> Input {
    match (content, data_type) {
        (None, _) | (_, Some(DataType::Stream)) => Input::Missing,
        (Some(content), Some(DataType::Binary)) => Input::Encoded(base64::encode(content)),
        (Some(content), _) => Input::Text(read_text(content)),
    }
}

/// Text as .NET's `StreamReader` reads it: a byte-order mark tells the encoding and is not part of the text.
fn read_text(bytes: &[u8]) -> String {
    let utf_16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let (units, rest) = bytes.as_chunks::<2>();
        let text = char::decode_utf16(units.iter().map(|pair| unit(*pair)));
        let half = (!rest.is_empty()).then_some(char::REPLACEMENT_CHARACTER);
        text.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).chain(half).collect()
    };
    match bytes {
        [0xef, 0xbb, 0xbf, text @ ..] => String::from_utf8_lossy(text).into_owned(),
        [0xff, 0xfe, text @ ..] => utf_16(text, u16::from_le_bytes),
        [0xfe, 0xff, text @ ..] => utf_16(text, u16::from_be_bytes),
        text => String::from_utf8_lossy(text).into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_a_container_and_a_name() {
        let path = BlobPath::parse("my-box1/a/b c/é.json").unwrap();
        assert_eq!((path.container(), path.blob()), ("my-box1", "a/b c/é.json"));
        assert_eq!(path.to_string(), "my-box1/a/b c/é.json");
        for path in [
            "$root/a",
            "abc//a",
            "abc/...a",
            "abc/a..b/c",
            "abc/%2e%2e/x",
            "abc/..\\x",
            "abc/\0\u{1}\n/\u{85}",
            "abc/.a",
        ] {
            assert_eq!(BlobPath::parse(path).unwrap().to_string(), path);
        }
    }

    /// ground-truth.md §12.
    #[test]
    fn dots_are_resolved_in_the_container() {
        for (path, resolved) in [
            ("abc/%20/../.json", "abc/.json"),
            ("abc/./x", "abc/x"),
            ("abc/x/../y/./z", "abc/y/z"),
            ("abc/x//../y", "abc/x/y"),
            ("abc/a/b/../../c", "abc/c"),
            ("abc/ ../x", "abc/ ../x"),
        ] {
            assert_eq!(BlobPath::parse(path).unwrap().to_string(), resolved, "{path}");
        }
    }

    #[test]
    fn a_path_leads_nowhere_else() {
        let long = format!("abc/{}", "x".repeat(1025));
        for path in [
            "",
            "abc",
            "abc/",
            "/a",
            "/abc/a",
            "ab/a",
            "Abc/a",
            "a--b/a",
            "-ab/a",
            "../abc/a",
            "a_b/a",
            "abc/..",
            "abc/../x",
            "abc/../abc/x",
            "abc/x/../../y",
            "abc/x/../../abc/y",
            "abc/x/.",
            "abc/x/..",
            "abc/x.",
            "abc/x/",
            "c:/x",
            &long,
        ] {
            assert!(BlobPath::parse(path).is_err(), "{path:?}");
        }
        let error = BlobPath::parse("abc/../\u{1b}[2J").unwrap_err().to_string();
        assert!(error.contains("leads out of the container") && !error.contains('\u{1b}'), "{error}");
    }

    proptest::proptest! {
        /// No name leads to another container, or out of its own.
        #[test]
        fn any_name_stays_in_its_container(name in "[./\\\\a%:~ \0é]{0,12}") {
            if let Ok(path) = BlobPath::parse(&format!("box/{name}")) {
                proptest::prop_assert_eq!(path.container(), "box");
                proptest::prop_assert!(path.blob().split('/').all(|part| part != ".." && part != "."));
                proptest::prop_assert_eq!(BlobPath::parse(&path.to_string()).unwrap(), path);
            }
        }
    }

    #[test]
    fn a_function_gets_text_or_bytes() {
        let bytes = [0x69, 0xb7, 0x1d];
        let text = Input::Text("i\u{fffd}\u{1d}".to_owned());
        for data_type in [None, Some(DataType::String), Some(DataType::Undefined)] {
            assert_eq!(blob_input(Some(&bytes), data_type.as_ref()), text, "{data_type:?}");
            assert_eq!(blob_input(None, data_type.as_ref()), Input::Missing);
        }
        assert_eq!(blob_input(Some(b"abcd"), Some(&DataType::Binary)), Input::Encoded("YWJjZA==".to_owned()));
        assert_eq!(blob_input(Some(b""), Some(&DataType::Binary)), Input::Encoded(String::new()));
        assert_eq!(blob_input(None, Some(&DataType::Binary)), Input::Missing);
    }

    #[test]
    fn a_byte_order_mark_tells_the_encoding() {
        for bytes in [&b"\xef\xbb\xbfh\xc3\xa9"[..], b"\xff\xfeh\0\xe9\0", b"\xfe\xff\0h\0\xe9", b"h\xc3\xa9"] {
            assert_eq!(read_text(bytes), "hé", "{bytes:?}");
        }
        assert_eq!(read_text(b"\xff\xfeh\0\xe9"), "h\u{fffd}");
    }
}
