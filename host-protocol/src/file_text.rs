//! The text of an app's files.

use std::str::Utf8Error;
use thiserror::Error;

/// The text of a file, as .NET reads it: UTF-16 in the byte order of a byte-order mark for it, otherwise UTF-8. A byte-order mark
/// of UTF-8 stays in the text, where [`HostJson`](crate::host_json::HostJson) keeps it.
///
/// ```
/// use host_protocol::file_text;
///
/// assert_eq!(file_text::decode(b"{}".to_vec())?, "{}");
/// assert_eq!(file_text::decode(vec![0xff, 0xfe, b'{', 0, b'}', 0])?, "{}");
/// # Ok::<(), file_text::InvalidText>(())
/// ```
///
/// # Errors
///
/// If the bytes are not text in the encoding of the file.
pub fn decode(bytes: Vec<u8>) -> Result<String, InvalidText> {
    let (rest, unit): (_, fn([u8; 2]) -> u16) = match &bytes[..] {
        [0xff, 0xfe, rest @ ..] => (rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => (rest, u16::from_be_bytes),
        _ => return String::from_utf8(bytes).map_err(|error| error.utf8_error().into()),
    };
    let (pairs, []) = rest.as_chunks::<2>() else { return Err(InvalidText::utf_16()) };
    char::decode_utf16(pairs.iter().map(|&pair| unit(pair)))
        .collect::<Result<_, _>>()
        .map_err(|_| InvalidText::utf_16())
}

/// The bytes of a file are not text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the file is not text in {encoding}; save it as UTF-8")]
pub struct InvalidText {
    encoding: &'static str,
    source: Option<Utf8Error>,
}

impl InvalidText {
    fn utf_16() -> Self {
        InvalidText { encoding: "UTF-16", source: None }
    }
}

impl From<Utf8Error> for InvalidText {
    fn from(error: Utf8Error) -> Self {
        InvalidText { encoding: "UTF-8", source: Some(error) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_orders_of_utf_16_are_read() {
        let text = "{\"a\": \"é 𝄞\"}\r\n";
        for (mark, bytes) in [([0xff, 0xfe], u16::to_le_bytes as fn(u16) -> [u8; 2]), ([0xfe, 0xff], u16::to_be_bytes)]
        {
            let file: Vec<u8> = mark.into_iter().chain(text.encode_utf16().flat_map(bytes)).collect();
            assert_eq!(decode(file.clone()).unwrap(), text);
            assert!(decode([&file[..], b"x"].concat()).unwrap_err().to_string().contains("UTF-16"));
        }
        assert!(decode(vec![0xff, 0xfe, 0x00, 0xd8]).is_err(), "half a pair");
        assert_eq!(decode(vec![0xff, 0xfe]).unwrap(), "");
    }

    #[test]
    fn utf_8_keeps_its_mark() {
        assert_eq!(decode("\u{feff}{}".into()).unwrap(), "\u{feff}{}");
        assert!(decode(vec![b'{', 0xe9, b'}']).unwrap_err().to_string().contains("save it as UTF-8"));
    }
}
