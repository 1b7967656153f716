//! The text of an app's files.

use std::fmt;

/// The text of a file, as .NET reads it: UTF-8, or UTF-16 in either order of bytes if the file begins with the byte-order mark of
/// that. The mark of UTF-8 stays in the text, where [`HostJson`](crate::host_json::HostJson) keeps it.
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
/// If the bytes are not text in that encoding.
pub fn decode(bytes: Vec<u8>) -> Result<String, InvalidText> {
    let (rest, unit): (_, fn([u8; 2]) -> u16) = match &bytes[..] {
        [0xff, 0xfe, rest @ ..] => (rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => (rest, u16::from_be_bytes),
        _ => return String::from_utf8(bytes).map_err(|_| InvalidText("UTF-8")),
    };
    let (pairs, []) = rest.as_chunks::<2>() else { return Err(InvalidText("UTF-16")) };
    char::decode_utf16(pairs.iter().map(|&pair| unit(pair)))
        .collect::<Result<_, _>>()
        .map_err(|_| InvalidText("UTF-16"))
}

/// The reason why bytes cannot be read as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidText(&'static str);

impl fmt::Display for InvalidText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the file is not text in {}; save it as UTF-8", self.0)
    }
}

impl std::error::Error for InvalidText {}

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
