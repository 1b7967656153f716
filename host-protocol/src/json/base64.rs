//! Base64 as .NET's `Convert.FromBase64String` reads it.

use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, Engine as _, GeneralPurpose, GeneralPurposeConfig};

/// Padding is required. Bits that are left over in the last digit do not count.
const DOTNET: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical)
        .with_decode_allow_trailing_bits(true),
);

/// The bytes of a text in base64; blanks, tabs and line ends do not count. `None` if the text is not base64.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let is_space = |c: &u8| matches!(c, b' ' | b'\t' | b'\r' | b'\n');
    if text.bytes().any(|c| is_space(&c)) {
        let digits: Vec<u8> = text.bytes().filter(|c| !is_space(c)).collect();
        return DOTNET.decode(digits).ok();
    }
    DOTNET.decode(text).ok()
}

pub(crate) fn encode(bytes: &[u8]) -> String {
    DOTNET.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_dotnet_reads_it() {
        for (text, bytes) in [
            ("", &b""[..]),
            (" \r\n\t", b""),
            ("abcd", &[0x69, 0xb7, 0x1d]),
            ("YQ==", b"a"),
            ("Y Q = =\n", b"a"),
            ("YR==", b"a"),
            ("four word text abcd", &[0x7e, 0x8b, 0xab, 0xc2, 0x8a, 0xdd, 0xb5, 0xec, 0x6d, 0x69, 0xb7, 0x1d]),
        ] {
            assert_eq!(decode(text).as_deref(), Some(bytes), "{text:?}");
        }
        for text in ["a", "abc", "YQ", "YQ=", "YQ===", "=", "====", "YQ==YQ==", "ab-_", "é", "YQ==\u{a0}", "ab\u{b}cd"]
        {
            assert_eq!(decode(text), None, "{text:?}");
        }
    }
}
