//! The media types of files, and base64: the two parts of a `data:` address.

/// The media type of a file by the extension of its name.
pub(super) fn media_type(path: &str) -> Option<&'static str> {
    let (_, extension) = path.rsplit_once('.')?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "apng" => "image/apng",
        "avif" => "image/avif",
        "bmp" => "image/bmp",
        "gif" => "image/gif",
        "ico" => "image/x-icon",
        "jpeg" | "jpg" => "image/jpeg",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "webp" => "image/webp",
        "aac" => "audio/aac",
        "flac" => "audio/flac",
        "m4a" => "audio/mp4",
        "mp3" => "audio/mpeg",
        "oga" | "ogg" | "opus" => "audio/ogg",
        "wav" => "audio/wav",
        "weba" => "audio/webm",
        "m4v" | "mp4" => "video/mp4",
        "ogv" => "video/ogg",
        "webm" => "video/webm",
        "vtt" => "text/vtt",
        "eot" => "application/vnd.ms-fontobject",
        "otf" => "font/otf",
        "ttf" => "font/ttf",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

/// Appends bytes in base64 (RFC 4648 §4).
pub(super) fn base64(bytes: &[u8], to: &mut String) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    to.reserve(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index| u32::from(chunk.get(index).copied().unwrap_or_default());
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let value = bits >> (18 - 6 * digit) & 63;
            to.push(if digit <= chunk.len() { DIGITS[value as usize].into() } else { '=' });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4648 §10.
    #[test]
    fn base64_is_that_of_the_rfc() {
        for (bytes, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
            ("\u{3ff}\u{7e}", "z79+"),
        ] {
            let mut actual = String::new();
            base64(bytes.as_bytes(), &mut actual);
            assert_eq!(actual, expected, "{bytes:?}");
        }
    }

    #[test]
    fn types_follow_from_the_last_extension() {
        assert_eq!(media_type("ui/sun.min.SVG"), Some("image/svg+xml"));
        assert_eq!(media_type("ui.png/sun"), None);
        assert_eq!(media_type("ui/sun.exe"), None);
    }
}
